/** The ways in: the listener of a Node host, and the event of a cloud function. */
import { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { HttpAnswer, RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { Pay } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/pay'
import { createNodeListener } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/node'
import { uniCloudMain } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/uni-cloud'

export type Door = (pay: Pay, request: RawRequest) => Promise<Pick<HttpAnswer, 'status' | 'body'>>

/** The whole listener, over a message as node:http hands it in. */
const listener: Door = (pay, { method, path, headers, body }) => new Promise((resolve) => {
  const message = Object.assign(Readable.from([Buffer.from(body)]), {
    method,
    url: path,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    socket: { remoteAddress: '203.0.113.9' },
  }) as unknown as IncomingMessage
  let status = 0
  const response = {
    writeHead: (code: number) => { status = code },
    end: (bytes: Buffer) => resolve({ status, body: bytes.toString('utf8') }),
  } as unknown as ServerResponse
  createNodeListener(pay)(message, response)
})

interface CloudAnswer { statusCode?: number, body?: string }

function cloudFunction(base64: boolean): Door {
  return async (pay, { method, path, headers, body }) => {
    const text = Buffer.from(body).toString(base64 ? 'base64' : 'utf8')
    const answer = await uniCloudMain(pay)({ path, httpMethod: method, headers, queryStringParameters: {}, body: text, isBase64Encoded: base64 }, {}) as CloudAnswer
    return { status: answer.statusCode ?? 200, body: answer.body ?? JSON.stringify(answer) }
  }
}

export const doors: readonly Door[] = [listener, cloudFunction(true), cloudFunction(false)]
