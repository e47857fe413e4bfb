import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpAnswer } from '../core/ports'
import type { Pay } from '../pay'
import type { PayMetrics } from './node-metrics'

export interface OpsListenerOptions {
  /** What `/metrics` tells. @default there is no `/metrics` */
  metrics?: Pick<PayMetrics, 'text' | 'contentType'>
}

const text = (status: number, body: string, type = 'text/plain; charset=utf-8'): HttpAnswer => ({ status, headers: { 'content-type': type }, body })

async function answer(pay: Pick<Pay, 'health'>, { metrics }: OpsListenerOptions, path: string): Promise<HttpAnswer> {
  if (path === '/healthz') {
    const { code, checks } = await pay.health()
    return text(code === 0 ? 200 : 503, JSON.stringify({ ok: code === 0, checks }), 'application/json; charset=utf-8')
  }
  if (path === '/metrics' && metrics)
    return text(200, await metrics.text(), metrics.contentType)
  return text(404, 'not found\n')
}

/**
 * A listener for the people who run the host: `GET /healthz` (200 or 503) and `GET /metrics`. Put it
 * on a port of its own that payers cannot reach; it tells how much is sold.
 */
export function createOpsListener(pay: Pick<Pay, 'health'>, options: OpsListenerOptions = {}): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const path = (request.url ?? '/').replace(/[?#].*$/, '')
    answer(pay, options, path)
      .catch(() => text(500, 'failed\n'))
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
  }
}
