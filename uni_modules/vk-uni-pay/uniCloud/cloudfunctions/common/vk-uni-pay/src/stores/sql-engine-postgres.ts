import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import type { SqlConnection, SqlTransaction, SqlValue } from './sql-connection'
import { postgresDialect } from './sql-dialect'
import type { SqlEngine } from './sql-engine'

/** What is used of the client of the package `pg`, which Knex keeps in its pool. */
interface PgClient {
  query: (query: string | { name?: string, text: string, values: readonly SqlValue[] }) => Promise<{ rows: Record<string, unknown>[], rowCount: number | null, command: string }>
  end: () => Promise<void>
  /** Its socket; without one that can be corked each statement is written by itself. */
  readonly connection?: { readonly stream?: { readonly cork?: () => void, readonly uncork?: () => void } }
}

/** What is sent meanwhile goes to the system in one piece: handing it over costs more than what is in it. */
function together<T>({ connection }: PgClient, send: () => T): T {
  connection?.stream?.cork?.()
  try {
    return send()
  }
  finally {
    connection?.stream?.uncork?.()
  }
}

/** No collection can have this name. */
const QUEUE = 'vk-pay:queue'

/** Statements the server keeps for a connection; odd ones (lists of many lengths) are parsed each time. */
const MAX_STATEMENTS = 256

/** `?` → `$1`, `$2`… */
export function numbered(sql: string): string {
  let count = 0
  return sql.replace(/\?/g, () => `$${++count}`)
}

/** The server parses and plans a named statement once for each connection. */
function namedStatements(): (sql: string) => { name?: string, text: string } {
  const known = new Map<string, { name?: string, text: string }>()
  return (sql) => {
    const found = known.get(sql)
    if (found)
      return found
    const text = numbered(sql)
    if (known.size >= MAX_STATEMENTS)
      return { text }
    // the same text has the same name in every store over this pool
    const statement = { name: `vk-pay:${createHash('sha256').update(text).digest('hex').slice(0, 24)}`, text }
    known.set(sql, statement)
    return statement
  }
}

interface Unanswered {
  add: (answer: Promise<unknown>) => void
  /** The answer, once everything before it was answered well. @throws the first failure among all of them */
  after: <T>(answer: Promise<T>) => Promise<T>
}

/** Statements of one transaction that are on their way: PostgreSQL runs them in the order they were sent. */
function unanswered(): Unanswered {
  let before: Promise<unknown> = Promise.resolve()
  const heardLater = <T>(answer: Promise<T>): Promise<T> => {
    answer.catch(() => {})
    return answer
  }
  return {
    add(answer) {
      heardLater(answer)
      before = heardLater(before.then(() => answer))
    },
    async after(answer) {
      heardLater(answer)
      await before
      return answer
    },
  }
}

export interface PostgresOptions {
  /** Whether the server may keep statements for a connection. @default true */
  prepare?: boolean
}

/**
 * PostgreSQL through a pool. Transactions of a handler are SERIALIZABLE, so that two of them leave
 * what one after the other would have left; single statements lock the rows they change instead.
 * Statements go to the client itself: building each anew with Knex costs more than the server
 * takes to run it.
 */
export function postgresEngine(knex: Knex, { prepare = true }: PostgresOptions = {}): SqlEngine {
  const statement = prepare ? namedStatements() : (sql: string) => ({ text: numbered(sql) })
  const connection = (client: PgClient): SqlConnection => ({
    rows: async (sql, values = []) => (await client.query({ ...statement(sql), values })).rows,
    change: async (sql, values = []) => (await client.query({ ...statement(sql), values })).rowCount ?? 0,
  })

  async function withClient<T>(work: (client: PgClient) => Promise<T>): Promise<T> {
    const client = await knex.client.acquireConnection() as PgClient
    try {
      return await work(client)
    }
    finally {
      await knex.client.releaseConnection(client)
    }
  }

  function inTransaction<T>(begin: string, work: (trx: SqlTransaction) => Promise<T>): Promise<T> {
    return withClient(async (client) => {
      const sent = unanswered()
      /** Goes out together with the next statement whose answer is waited for, in this order. */
      let held: (() => void)[] = [() => sent.add(client.query(begin))]
      let begun = false
      const send = <A>(run: () => Promise<A>): Promise<A> => together(client, () => {
        begun = true
        for (const run of held)
          run()
        held = []
        return sent.after(run())
      })
      try {
        const { rows, change } = connection(client)
        const result = await work({
          rows: (sql, values) => send(() => rows(sql, values)),
          change: (sql, values) => send(() => change(sql, values)),
          async changeOwn(sql, values) {
            held.push(() => sent.add(change(sql, values).then((count) => {
              if (count !== 1)
                throw new Error(`a row of the open transaction was written ${count} times`)
            })))
          },
        })
        // after a failure, COMMIT itself rolls back and says so
        if ((await send(() => client.query('commit'))).command !== 'COMMIT')
          throw new Error('the transaction was rolled back')
        return result
      }
      catch (error) {
        // a connection whose transaction cannot be ended must not be lent again
        if (begun)
          await client.query('rollback').catch(() => client.end().catch(() => {}))
        throw error
      }
    })
  }

  let ready: Promise<void> | undefined
  /** The table whose lock is the queue; it never has a row. */
  const makeQueue = (): Promise<void> => inTransaction('begin', async (trx) => {
    await postgresDialect.lockSchema(trx)
    await trx.change(`create table if not exists "${QUEUE}" ()`)
  })

  return {
    dialect: postgresDialect,
    readsWaitForWrites: false,
    read: work => withClient(client => work(connection(client))),
    async write(work, { serializable, durable, inTurn = false }) {
      const queues = serializable && inTurn
      if (queues) {
        await (ready ??= makeQueue().catch((error) => {
          ready = undefined
          throw error
        }))
      }
      return inTransaction([
        // a small table would be read whole, and everything in it locked against everybody who writes to it
        ...(serializable ? ['begin isolation level serializable', 'set local enable_seqscan = off', 'set local jit = off'] : ['begin']),
        // LOCK alone takes no snapshot: what is read afterwards is what the one before has left
        ...(queues ? [`lock table "${QUEUE}" in share update exclusive mode`] : []),
        // the log is written in order: the next commit that waits makes this one safe, too
        ...(durable ? [] : ['set local synchronous_commit = off']),
      ].join('; '), work)
    },
    // whether the disk is waited for, the statement says itself: SqlDialect.replace
    writeOne: (sql, values) => withClient(client => connection(client).change(sql, values)),
    close: () => knex.destroy(),
  }
}
