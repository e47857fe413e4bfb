/** Orders of the past, by the million: made inside the database from one real order. */
import { statSync } from 'node:fs'
import Database from 'libsql'
import pg from 'pg'
import type { Doc } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { isPostgres } from '../../support/sql-place'

/** Rows of one statement. */
const BATCH = 50_000
const NUMBER = '@NUMBER@'
const ID = '@ID@'
/** Stands for a time; digits, because it stands where a number is. */
const TIME = 1_111_111_111_111

export interface History {
  order: Doc
  log: Doc
}

export const numberOf = (i: number): string => `H${String(i).padStart(8, '0')}`

/** A document as text with marks for what differs from one to the next. */
function orderTemplate(order: Doc): string {
  const [attempt] = order.attempts as object[]
  return JSON.stringify({
    ...order,
    _id: ID,
    out_trade_no: NUMBER,
    transaction_id: `42${NUMBER}`,
    attempt_key: `k${NUMBER}`,
    user_id: `u${NUMBER}`,
    create_date: TIME,
    pay_date: TIME,
    attempts: [{ ...attempt, out_trade_no: NUMBER }],
  })
}

function logTemplate(log: Doc): string {
  return JSON.stringify({ ...log, _id: ID, callback_id: `paid:${NUMBER}`, out_trade_no: NUMBER })
}

/** SQL that makes the text out of a template `?` and a number `i`. */
function filled(template: string, padded: string, text: (number: string) => string): string {
  return `replace(replace(replace(${template}, '${NUMBER}', 'H' || ${padded}), '${ID}', 'h' || ${padded}), '${TIME}', ${text(`(1700000000000 + i * 1000)`)})`
}

async function overPostgres(connectionString: string, { order, log }: History, from: number, to: number): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  const padded = `lpad(i::text, 8, '0')`
  for (const [table, template] of [['vk-pay-orders', orderTemplate(order)], ['callback_logs', logTemplate(log)]] as const) {
    for (let first = from; first < to; first += BATCH)
      await client.query(`insert into "${table}" ("_id", "doc") select 'h' || ${padded}, ${filled('$1', padded, number => `${number}::text`)}::json from generate_series($2::bigint, $3::bigint) as n(i)`, [template, first, Math.min(to, first + BATCH) - 1])
    await client.query(`vacuum analyze "${table}"`)
  }
  await client.query('checkpoint')
  await client.end()
}

function overLibsql(file: string, { order, log }: History, from: number, to: number): void {
  const db = new Database(file)
  db.exec('PRAGMA synchronous=OFF')
  const padded = `printf('%08d', i)`
  for (const [table, template] of [['vk-pay-orders', orderTemplate(order)], ['callback_logs', logTemplate(log)]] as const) {
    const insert = db.prepare(`with recursive n(i) as (select ? union all select i + 1 from n where i < ?) insert into "${table}" ("_id", "doc") select 'h' || ${padded}, ${filled('?', padded, number => number)} from n`)
    for (let first = from; first < to; first += BATCH)
      insert.run([first, Math.min(to, first + BATCH) - 1, template])
  }
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
}

/** Adds the orders from one number up to, not including, another: paid, handled, nothing owed. */
export async function addHistory(place: string, history: History, from: number, to: number): Promise<void> {
  if (isPostgres(place))
    await overPostgres(place, history, from, to)
  else
    overLibsql(place, history, from, to)
}

/** Bytes on the disk that orders and callback logs take with their indexes. */
export async function bytesOf(place: string): Promise<number> {
  if (!isPostgres(place))
    return statSync(place).size
  const client = new pg.Client({ connectionString: place })
  await client.connect()
  const { rows: [row] } = await client.query<{ bytes: string }>(`select pg_total_relation_size('"vk-pay-orders"') + pg_total_relation_size('"callback_logs"') as bytes`)
  await client.end()
  return Number(row?.bytes)
}
