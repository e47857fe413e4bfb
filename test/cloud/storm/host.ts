/**
 * A Node host as a shop runs it, in a process of its own that is there to be killed: real listener,
 * real handlers, a sweep of reconciliation every second. Argument: see {@link HostTask}. It loads,
 * says `loaded`, and after `go` on standard input opens its database and says `ready <port>`.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import type { PayConfig } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { createNodeListener, createPay, startReconciling } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/node'
import { openAt } from '../support/sql-place'
import { effectIndexes } from './effects'

export interface HostTask {
  /** File or connection string. */
  place: string
  /** File of the config, as JSON. */
  config: string
  services: string
}

const task = JSON.parse(process.argv[2] ?? '{}') as HostTask
const say = (line: string): boolean => process.stdout.write(`${line}\n`)
const lines = createInterface({ input: process.stdin })
// whoever started this process is gone
lines.once('close', () => process.exit(0))

say('loaded')
await once(lines, 'line')
const store = await openAt(task.place, effectIndexes)
const pay = createPay({
  config: { object: JSON.parse(readFileSync(task.config, 'utf8')) as PayConfig },
  store,
  handlers: `${task.services}/pay-notify`,
  actions: task.services,
  log: (level, event, fields) => level === 'error' && process.stderr.write(`${JSON.stringify({ event, ...fields })}\n`),
})
startReconciling(pay, { everyMs: 1_000, limit: 20 })
const server = createServer(createNodeListener(pay))
server.listen(0, '127.0.0.1')
await once(server, 'listening')
say(`ready ${(server.address() as AddressInfo).port}`)

/** A sweep at a time that is not yet: everything that is owed is due then. */
for await (const line of lines)
  say(`reconciled ${JSON.stringify(await pay.reconcile({ now: Number(line), limit: 1_000 }))}`)
