import type { Gateway } from '../context'
import type { Answer, FaultBox } from '../faults'
import type { Reply, Request } from './message'
import type { Route } from './router'
import { alipayRoutes } from '../alipay/routes'
import { appleRoutes } from '../apple/routes'
import { gatewayRoutes } from '../doors/gateway-api'
import { douyinRoutes } from '../douyin/login'
import { pageRoutes } from '../pages/routes'
import { codeToSession } from '../v3/login'
import { oauthRoutes } from '../v3/oauth'
import { merchantApi } from '../v3/routes'
import { signReply } from '../v3/sign-reply'
import { faultReply, isV2, v2Api } from '../v2/routes'
import { empty, json } from './message'
import { findRoute, route } from './router'

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, DELETE',
  'access-control-allow-headers': 'content-type',
}

async function runRoute(routes: readonly Route[], request: Request): Promise<Reply> {
  const found = findRoute(routes, request)
  return found
    ? found.route.handle(request, found.params)
    : json(404, { code: 'RESOURCE_NOT_EXISTS', message: `nothing at ${request.method} ${request.path}` })
}

/** Pages of the shop live on another port; they may use the doors, and nothing else. */
async function withCors(request: Request, handle: () => Promise<Reply>): Promise<Reply> {
  if (request.method === 'OPTIONS')
    return { ...empty(204), headers: CORS }
  const reply = await handle()
  return { ...reply, headers: { ...reply.headers, ...CORS } }
}

/** One gateway's whole HTTP surface. */
export function createApp(gateway: Gateway, faults: FaultBox): (request: Request) => Promise<Answer> {
  const api = merchantApi(gateway)
  const v2 = v2Api(gateway)
  const routes = [
    route('GET', '/sns/jscode2session', codeToSession(gateway)),
    ...oauthRoutes(gateway),
    ...alipayRoutes(gateway),
    ...appleRoutes(gateway),
    ...douyinRoutes(gateway),
    ...gatewayRoutes(gateway, faults),
    ...pageRoutes(gateway),
  ]

  function handle(request: Request): Promise<Reply> {
    if (request.path.startsWith('/v3/'))
      return api(request)
    if (isV2(request.path))
      return Promise.resolve(v2(request))
    if (request.path.startsWith('/gateway/'))
      return withCors(request, () => runRoute(routes, request))
    return runRoute(routes, request)
  }

  function sign(reply: Reply, request: Request): Reply {
    if (isV2(request.path))
      return faultReply(reply)
    return request.path.startsWith('/v3/') ? signReply(reply, request, gateway.keys, gateway.clock.now()) : reply
  }

  return request => request.path === '/gateway/faults'
    ? handle(request)
    : faults.around(request, () => handle(request), reply => sign(reply, request))
}
