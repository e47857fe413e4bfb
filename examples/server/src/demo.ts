import type { ServerResponse } from 'node:http'
import type { Store } from 'vk-uni-pay/node'

const newest = { orderBy: [['create_date', 'desc']] as const, limit: 20 }

/** What the shop's own pages show: stock, balance, membership and what the handlers wrote. */
async function shopState(store: Store) {
  const [goods, [user], orders, recharge_logs, vip_purchase_logs] = await Promise.all([
    store.find('goods', {}, { orderBy: [['_id', 'asc']] }),
    store.find('uni-id-users', { _id: 'user_001' }),
    store.find('goods_orders', {}, newest),
    store.find('recharge_logs', {}, newest),
    store.find('vip_purchase_logs', {}, newest),
  ])
  return { goods, user, orders, recharge_logs, vip_purchase_logs }
}

/** `GET /demo/state` and `GET /demo/config`. */
export async function demoAnswer(store: Store, gateway: string | undefined, path: string, response: ServerResponse): Promise<void> {
  const answers: Record<string, () => unknown> = {
    '/demo/state': () => shopState(store),
    '/demo/config': () => ({ gateway }),
  }
  const answer = answers[path]
  const body = answer ? JSON.stringify(await answer()) : '{}'
  response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json; charset=utf-8', 'access-control-allow-origin': '*', 'cache-control': 'no-store' })
  response.end(body)
}
