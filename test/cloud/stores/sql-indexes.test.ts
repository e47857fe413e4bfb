import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import knex from 'knex'
import Database from 'libsql'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import type { Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { declaredIndexes } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/indexes'
import type { SqlConnection, SqlValue } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-connection'
import type { SqlEngine } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-engine'
import { numbered, postgresEngine } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-engine-postgres'
import { sqliteEngine } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-engine-sqlite'
import { connectLibsql } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-libsql'
import { SqlStore } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql-store'
import { newSchema } from '../support/postgres/schema'
import { configOf, goodsOrder, openShop, paidOrder } from '../support/shop'

/** One statement as it went to the database. */
interface Statement { sql: string, bindings: unknown[] }

/** A database whose statements are written down, and whose plans can be read. */
interface Observed {
  store: Store
  statements: Statement[]
  /** How the database finds the rows of a statement, and whether it has to look at all of them. */
  plan: (statement: Statement) => Promise<{ text: string, indexed: boolean }>
  dispose: () => Promise<void>
}

const OURS = Object.keys(declaredIndexes)
const searches = ({ sql }: Statement): boolean => /^(?:select|update|delete|with)/i.test(sql) && OURS.some(table => sql.includes(`"${table}"`))

/** Writes down what goes through an engine. */
function listening(engine: SqlEngine, statements: Statement[]): SqlEngine {
  const noting = <T>(run: (sql: string, values: readonly SqlValue[]) => Promise<T>) => (sql: string, values: readonly SqlValue[] = []): Promise<T> => {
    statements.push({ sql, bindings: [...values] })
    return run(sql, values)
  }
  const over = (db: SqlConnection): SqlConnection => ({ rows: noting(db.rows), change: noting(db.change) })
  return {
    ...engine,
    read: work => engine.read(db => work(over(db))),
    write: (work, kind) => engine.write(trx => work({ ...over(trx), changeOwn: noting(trx.changeOwn) }), kind),
    writeOne: (sql, values, kind) => noting((text, given) => engine.writeOne(text, given, kind))(sql, values),
  }
}

async function observedLibsql(): Promise<Observed> {
  const folder = await mkdtemp(join(tmpdir(), 'vk-pay-indexes-'))
  const file = join(folder, 'pay.db')
  const connections = await connectLibsql(file)
  const statements: Statement[] = []
  return {
    store: new SqlStore(listening(sqliteEngine(connections), statements), declaredIndexes),
    statements,
    async plan({ sql, bindings }) {
      const raw = new Database(file)
      const rows = raw.prepare(`explain query plan ${sql}`).all(...bindings) as { detail: string }[]
      raw.close()
      const text = rows.map(({ detail }) => detail).join('\n')
      return { text, indexed: /SEARCH /.test(text) && !/SCAN /.test(text) }
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  }
}

async function observedPostgres(): Promise<Observed> {
  const { connection } = await newSchema()
  const instance = knex({ client: 'pg', connection, compileSqlOnError: false })
  const reader = new pg.Client({ connectionString: connection })
  await reader.connect()
  // a table this small would be read whole; what is asked is whether an index could be used
  await reader.query('set enable_seqscan = off')
  const statements: Statement[] = []
  return {
    store: new SqlStore(listening(postgresEngine(instance), statements), declaredIndexes),
    statements,
    async plan({ sql, bindings }) {
      const { rows } = await reader.query<Record<string, string>>(`explain ${numbered(sql)}`, bindings)
      const text = rows.map(row => row['QUERY PLAN']).join('\n')
      return { text, indexed: /Index Cond/.test(text) && !/Seq Scan/.test(text) }
    },
    dispose: () => reader.end(),
  }
}

const engines: [string, () => Promise<Observed>][] = [['libsql', observedLibsql], ['PostgreSQL', observedPostgres]]

describe.each(engines)('every search of a shop over %s', (_engine, observe) => {
  it('goes through an index: creating, notifying, asking, sweeping, refunding, deleting', async () => {
    const observed = await observe()
    const { store, statements } = observed
    const shop = await openShop({ store, handlers: { goods: () => true }, config: { ...configOf(), refundLateMoney: true, autoDeleteExpiredOrders: 1 } })
    // the tables are there from now on: what looks for them is not what is asked about
    await paidOrder(shop, { out_trade_no: 'FIRST_1' })
    await shop.pay.paymentNotify(shop.wechat.notificationFor('FIRST_1'))
    statements.length = 0

    await paidOrder(shop, { out_trade_no: 'PAID_1' })
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('PAID_1'))).status).toBe(200)
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor('PAID_1'))).status).toBe(200)
    await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: 'LATE_1' }) })
    await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: 'LATE_1', total_fee: 200 }) })
    await shop.pay.createPayment({ data: goodsOrder({ out_trade_no: 'LEFT_1' }) })
    await shop.pay.queryPayment({ out_trade_no: 'PAID_1' })
    await shop.pay.queryPayment({ transaction_id: shop.wechat.orders.get('PAID_1')!.transaction_id })
    await shop.pay.refund({ out_trade_no: 'PAID_1', out_refund_no: 'R1', refund_fee: 40 })
    await shop.pay.timeline('PAID_1')
    shop.clock.now += 31 * 60_000
    await shop.pay.reconcile()
    const late = [...shop.wechat.orders.values()].find(({ out_trade_no }) => out_trade_no.startsWith('LATE_1_'))!
    expect(late.state).toBe('CLOSED')
    late.state = 'SUCCESS'
    expect((await shop.pay.paymentNotify(shop.wechat.notificationFor(late.out_trade_no))).status).toBe(200)
    shop.clock.now += 60_000
    expect(await shop.pay.reconcile()).toMatchObject({ refunds: 1 })
    shop.clock.now += 2 * 86_400_000
    expect(await shop.pay.reconcile()).toMatchObject({ deleted: 1 })

    const seen = new Map(statements.filter(searches).map(statement => [statement.sql, statement]))
    expect(seen.size).toBeGreaterThan(10)
    for (const statement of seen.values())
      expect({ sql: statement.sql, ...await observed.plan(statement) }).toMatchObject({ indexed: true })
    await store.close()
    await observed.dispose()
  })
})
