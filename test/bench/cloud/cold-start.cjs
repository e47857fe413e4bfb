/**
 * A fresh process that requires one module and, where that is a function, takes its first answer.
 * Arguments: the module's file, a file with the event. Says how long each took, in ms.
 */
'use strict'

const { readFileSync } = require('fs')

const [target, eventFile] = process.argv.slice(2)
const event = JSON.parse(readFileSync(eventFile, 'utf8'))

/** A database that has nothing and answers at once. */
const query = new Proxy({}, {
  get: (_, name) => {
    if (name === 'get')
      return async () => ({ data: [] })
    return () => query
  },
})
globalThis.uniCloud = {
  database: () => ({ command: query, collection: () => query }),
  httpclient: { request: async () => { throw new Error('no network') } },
}
// lines of the log are not what is measured
process.stderr.write = () => true
const log = console.log
for (const name of ['log', 'info', 'warn', 'error'])
  console[name] = () => {}

const since = startedAt => Number(process.hrtime.bigint() - startedAt) / 1e6
const startedAt = process.hrtime.bigint()
const { main } = require(target)
const required = since(startedAt)
Promise.resolve(main && main(event, { SPACEINFO: { spaceId: 'mp-test' } })).then((answer) => {
  log(JSON.stringify({ required, answered: since(startedAt), status: answer && answer.statusCode }))
})
