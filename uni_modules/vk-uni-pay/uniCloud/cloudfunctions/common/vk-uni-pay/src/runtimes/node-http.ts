import { Buffer } from 'node:buffer'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { SecureContextOptions } from 'node:tls'
import type { HttpPort, TlsOptions } from '../core/ports'

/** An answer of a payment API is some kilobytes; more is not one. */
const LARGEST_BODY = 1_048_576
const LARGEST_FILE = 64 * LARGEST_BODY

/** Lower-case names, each with one text. */
export function plainHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined)
      plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return plain
}

/** The bytes of a message. @throws RangeError when there are more than allowed */
export async function readBody(message: IncomingMessage, largest = LARGEST_BODY): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > largest)
      throw new RangeError('body is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** For node:https; a key of bytes must be a Buffer. */
function nodeTls(tls: TlsOptions | undefined): SecureContextOptions {
  return tls?.pfx ? { ...tls, pfx: Buffer.from(tls.pfx) } : { ...tls } as Omit<TlsOptions, 'pfx'>
}

/** The HTTP port over node:http and node:https; the time limit is for the whole exchange. */
export const nodeHttp: HttpPort = ({ method, url, headers, body, timeoutMs, file, tls }) => new Promise((resolve, reject) => {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  const bytes = body === undefined ? undefined : Buffer.from(body, 'utf8')
  const request = send(url, { method, headers: bytes ? { ...headers, 'content-length': String(bytes.length) } : headers, ...nodeTls(tls) })
  const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
  const fail = (error: Error): void => {
    clearTimeout(timer)
    request.destroy()
    reject(error)
  }
  request.on('error', fail)
  request.on('response', (message) => {
    readBody(message, file ? LARGEST_FILE : LARGEST_BODY).then((content) => {
      clearTimeout(timer)
      resolve({ status: message.statusCode ?? 0, headers: plainHeaders(message.headers), body: content })
    }, fail)
  })
  request.end(bytes)
})
