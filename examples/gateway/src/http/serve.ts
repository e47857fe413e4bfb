import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Account } from '../account/account'
import type { Answer } from '../faults'
import type { Request } from './message'
import { Buffer } from 'node:buffer'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { TLSSocket } from 'node:tls'
import { json } from './message'

type Handle = (request: Request) => Promise<Answer>
type OnError = (error: unknown) => void

const MAX_BODY_BYTES = 256 * 1024

/** Other names would let any web page reach the gateway through a name that resolves to this machine. */
const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i

async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= MAX_BODY_BYTES)
      chunks.push(chunk)
  }
  return bytes <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined
}

function toRequest(message: IncomingMessage, body: Buffer): Request {
  const target = message.url ?? '/'
  const [path, query] = target.split(/\?(.*)/s)
  return {
    method: message.method ?? 'GET',
    target,
    path: path ?? '/',
    query: new URLSearchParams(query),
    headers: message.headers,
    body,
    client: clientOf(message.socket),
  }
}

function clientOf(socket: Socket): Request['client'] {
  if (!(socket instanceof TLSSocket))
    return 'plain'
  return socket.authorized ? 'certified' : 'anonymous'
}

function write(answer: Answer, response: ServerResponse): void {
  if (answer === 'hangup') {
    response.socket?.destroy()
    return
  }
  response.writeHead(answer.status, answer.headers)
  response.end(answer.file ?? answer.body)
}

async function answer(message: IncomingMessage, handle: (request: Request) => Promise<Answer>): Promise<Answer> {
  const body = await readBody(message)
  if (!LOCAL_HOST.test(message.headers.host ?? ''))
    return json(403, { code: 'FORBIDDEN', message: 'open the gateway as 127.0.0.1 or localhost' })
  if (!body)
    return json(413, { code: 'PARAM_ERROR', message: `the body is larger than ${MAX_BODY_BYTES} bytes` })
  return handle(toRequest(message, body))
}

/** An HTTP server that hands whole requests to `handle`; what that throws ends in a plain 500 and in `onError`. */
export function createHttpServer(handle: Handle, onError: OnError): Server {
  return createServer(listener(handle, onError))
}

/** The same over TLS: asks for the merchant's certificate, and leaves it to each interface to insist on one. */
export function createTlsServer(handle: Handle, onError: OnError, { tls, merchantCertPem }: Account): Server {
  return createSecureServer({ key: tls.keyPem, cert: tls.certPem, ca: [merchantCertPem], requestCert: true, rejectUnauthorized: false }, listener(handle, onError))
}

function listener(handle: Handle, onError: OnError): RequestListener {
  return (message, response) => {
    answer(message, handle).then(
      result => write(result, response),
      (error: unknown) => {
        onError(error)
        write(json(500, { code: 'SYSTEM_ERROR', message: 'the gateway failed, see its log' }), response)
      },
    )
  }
}

/** Listens on 127.0.0.1; when the port is taken, tries the next ones. Resolves to the port. */
export async function listen(server: Server, port: number, nextPorts: number): Promise<number> {
  try {
    return await listenOnce(server, port)
  }
  catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE' && nextPorts > 0)
      return listen(server, port + 1, nextPorts - 1)
    throw error
  }
}

function listenOnce(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}
