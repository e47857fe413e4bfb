import { Buffer } from 'node:buffer'
import { createServer } from 'node:http'
import process from 'node:process'
import { DuplicateError, createReceiver, openSqlStore, rememberNonces } from 'vk-uni-pay/node'

const { PORT = '8791', DATABASE = 'tickets.db', NOTIFY_KEY } = process.env
const LONGEST_BODY = 64 * 1024

const store = await openSqlStore({ file: DATABASE })

/** Believes what is signed with the sender's `notifyKey`, within five minutes, once. */
const receive = createReceiver({ notifyKey: NOTIFY_KEY, remember: rememberNonces(store), main: sendTicket })

/**
 * One ticket for one payment: `callback_id` is its key, so that the same payment, sent again because
 * our answer was lost, finds it there.
 */
async function sendTicket({ callback_id, out_trade_no, show }) {
  try {
    await store.add('tickets', { _id: callback_id, out_trade_no, show })
    return { code: 0, msg: 'sent' }
  }
  catch (error) {
    if (error instanceof DuplicateError)
      return { code: 0, msg: 'sent before' }
    throw error
  }
}

async function readBody(request) {
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > LONGEST_BODY)
      return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

createServer(async (request, response) => {
  const say = (status, answer) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  try {
    if (request.method === 'GET')
      return say(200, { tickets: await store.find('tickets', {}) })
    const body = await readBody(request)
    if (body === undefined)
      return say(413, { code: 413, msg: 'too long' })
    say(200, await receive({ httpMethod: 'POST', body }))
  }
  catch (error) {
    // anything but code 0 makes the sender come again
    console.error(error)
    say(500, { code: 500, msg: 'not done' })
  }
}).listen(Number(PORT), '127.0.0.1', () => console.log(`Receiver at http://127.0.0.1:${PORT}/paid`))
