import type { AddressInfo } from 'node:net'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'

/** One notification request as it arrived. */
export interface Received {
  headers: Record<string, string>
  body: string
}

/** The merchant's notification address, on real HTTP. */
export interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** Status for each request, in turn; the last one stays. `'silence'` never answers. */
  answers: (number | 'silence')[]
  close: () => Promise<void>
}

async function read(message: IncomingMessage): Promise<Received> {
  let body = ''
  message.setEncoding('utf8')
  for await (const chunk of message as AsyncIterable<string>)
    body += chunk
  return { headers: message.headers as Record<string, string>, body }
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const state: Pick<Receiver, 'answers'> = { answers: [204] }
  const server = createServer((request, response) => {
    void read(request).then((one) => {
      received.push(one)
      const status = state.answers[Math.min(received.length, state.answers.length) - 1] ?? 204
      if (status === 'silence')
        return
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {})
      response.end(status === 204 ? undefined : `{"code":"FAIL","message":"${'x'.repeat(300)}"}`)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/vk-pay-notify/wxpay_h5`,
    received,
    close: () => new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  })
}
