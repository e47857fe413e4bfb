/**
 * A service space as a program: the assembled function behind its URL, over the stand-in of its database.
 * Bundled for and run by the oldest Node that spaces have. Arguments: folder of the function, config folder.
 */
import { Buffer } from 'node:buffer'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { FakeUniCloud } from '../stores/support/fake-uni-cloud'

interface UrllibOptions { method: string, headers: Record<string, string>, content?: string, timeout: number }
interface Composed { statusCode: number, headers: Record<string, string>, body: string }

const [functionFolder = '', configFolder = ''] = process.argv.slice(2)
const database = new FakeUniCloud({ unique: { 'vk-pay-orders': ['out_trade_no'], 'callback_logs': ['callback_id'], 'vk-pay-limits': ['key'] } })

/** What `uniCloud.httpclient` is, as far as it is used: urllib with the body as a text. */
function send(url: string, { method, headers, content, timeout }: UrllibOptions): Promise<{ status: number, headers: object, data: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method, headers, timeout }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, data: Buffer.concat(chunks).toString('utf8') }))
    })
    sent.on('timeout', () => sent.destroy(new Error('timeout')))
    sent.on('error', reject)
    sent.end(content)
  })
}

Object.assign(globalThis, {
  uniCloud: { database: () => database, httpclient: { request: send } },
  configCenterFolder: configFolder,
})
const { main } = createRequire(join(functionFolder, 'index.js'))('./index.js') as { main: (event: object, context: object) => Promise<Composed> }

const server = createServer(async (message, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString('base64')
  const path = (message.url ?? '/').replace('/http/vk-pay', '') || '/'
  if (path === '/goods') {
    const { data } = await database.collection('goods').doc('goods_001').get() as { data: object[] }
    response.end(JSON.stringify(data[0]))
    return
  }
  const answer = await main({ path, httpMethod: message.method ?? 'POST', headers: message.headers, queryStringParameters: {}, body, isBase64Encoded: true }, { SPACEINFO: { spaceId: 'mp-test' }, CLIENTIP: '203.0.113.9' })
  response.writeHead(answer.statusCode, answer.headers).end(answer.body)
})

void database.collection('goods').add({ _id: 'goods_001', stock: 100, sales: 0 }).then(() =>
  server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ node: process.version, port: (server.address() as AddressInfo).port }))))
