/** Databases whose statements are written down, and whose plans can be read. */
import type { Knex } from 'knex'
import knex from 'knex'
import Database from 'libsql'
import pg from 'pg'
import type { Store } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { declaredIndexes } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/indexes'
import type { SqlConnection, SqlTransaction, SqlValue } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-connection'
import type { SqlEngine } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-engine'
import { numbered, postgresEngine } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-engine-postgres'
import { sqliteEngine } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-engine-sqlite'
import { connectLibsql } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-libsql'
import { SqlStore } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-store'
import { isPostgres } from '../../support/sql-place'

/** One statement as it went to the database. */
export interface Statement { sql: string, bindings: readonly SqlValue[] }

export interface Observed {
  store: Store
  statements: Statement[]
  /** Transactions that were begun, those of a single statement not counted. */
  transactions: () => number
  /** Rows that were read. */
  rowsRead: () => number
  /** How the database finds the rows of a statement, and whether it has to look at all of them. */
  plan: (statement: Statement) => Promise<{ text: string, indexed: boolean }>
  /** Closes the store and what read the plans. */
  close: () => Promise<void>
}

const OURS = Object.keys(declaredIndexes)

/** Whether a statement looks for rows of the plugin's own tables. */
export const searches = ({ sql }: Statement): boolean => /^(?:select|update|delete|with)/i.test(sql) && OURS.some(table => sql.includes(`"${table}"`))

function listening(engine: SqlEngine): { engine: SqlEngine } & Pick<Observed, 'statements' | 'transactions' | 'rowsRead'> {
  const statements: Statement[] = []
  let transactions = 0
  let read = 0
  const noting = <T>(run: (sql: string, values: readonly SqlValue[]) => Promise<T>) => (sql: string, values: readonly SqlValue[] = []): Promise<T> => {
    statements.push({ sql, bindings: [...values] })
    return run(sql, values)
  }
  const counted = (db: SqlConnection): SqlConnection['rows'] => async (sql, values) => {
    const rows = await db.rows(sql, values)
    read += rows.length
    return rows
  }
  const over = (db: SqlConnection): SqlConnection => ({ rows: noting(counted(db)), change: noting(db.change) })
  const overTransaction = (trx: SqlTransaction): SqlTransaction => ({ ...over(trx), changeOwn: noting(trx.changeOwn) })
  return {
    statements,
    transactions: () => transactions,
    rowsRead: () => read,
    engine: {
      ...engine,
      read: work => engine.read(db => work(over(db))),
      write(work, kind) {
        transactions += 1
        return engine.write(trx => work(overTransaction(trx)), kind)
      },
      writeOne: (sql, values, kind) => noting((text, given) => engine.writeOne(text, given, kind))(sql, values),
    },
  }
}

async function observeLibsql(file: string): Promise<Observed> {
  const { engine, ...heard } = listening(sqliteEngine(await connectLibsql(file)))
  const store = new SqlStore(engine, declaredIndexes)
  return {
    ...heard,
    store,
    async plan({ sql, bindings }) {
      const raw = new Database(file)
      const rows = raw.prepare(`explain query plan ${sql}`).all(...bindings) as { detail: string }[]
      raw.close()
      const text = rows.map(({ detail }) => detail).join('\n')
      return { text, indexed: /SEARCH /.test(text) && !/SCAN /.test(text) }
    },
    close: () => store.close(),
  }
}

async function observePostgres(connectionString: string, { small }: { small: boolean }): Promise<Observed> {
  const { engine, ...heard } = listening(postgresEngine(knex({ client: 'pg', connection: { connectionString, pipeline: true } as Knex.PgConnectionConfig, compileSqlOnError: false })))
  const reader = new pg.Client({ connectionString })
  await reader.connect()
  if (small)
    await reader.query('set enable_seqscan = off')
  const store = new SqlStore(engine, declaredIndexes)
  return {
    ...heard,
    store,
    async plan({ sql, bindings }) {
      const { rows } = await reader.query<Record<string, string>>(`explain (costs off) ${numbered(sql)}`, [...bindings])
      const text = rows.map(row => row['QUERY PLAN']).join('\n')
      return { text, indexed: /Index Cond|TID Cond/.test(text) && !/Seq Scan/.test(text) }
    },
    async close() {
      await reader.end()
      await store.close()
    },
  }
}

/** A store at a place, see `openAt`. A `small` table would be read whole: then the plans say whether an index could be used. */
export function observe(place: string, options: { small: boolean }): Promise<Observed> {
  return isPostgres(place) ? observePostgres(place, options) : observeLibsql(place)
}
