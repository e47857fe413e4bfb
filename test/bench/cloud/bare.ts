/** The rows one payment needs, written by hand over the driver: no store, no core, every statement prepared. */
import Database from 'libsql'
import pg from 'pg'
import { isPostgres } from '../../cloud/support/sql-place'

/** What is written for one payment: its order as it is when paid, the claim, the balance, what the handler keeps. */
export interface PaymentRows {
  /** Its document when it is paid, and before. */
  order: { id: string, doc: string, unpaid: string }
  log: { id: string, doc: string }
  user: string
  record: { id: string, doc: string }
}

export interface Bare {
  /** Makes the unpaid order durable. */
  create: (rows: PaymentRows) => Promise<void>
  /** Makes them durable together. */
  write: (rows: PaymentRows) => Promise<void>
  close: () => Promise<void>
}

function overLibsql(file: string): Bare {
  const db = new Database(file)
  for (const pragma of ['journal_mode=WAL', 'synchronous=FULL', 'busy_timeout=5000'])
    db.exec(`PRAGMA ${pragma}`)
  const add = db.prepare('insert into "vk-pay-orders" ("_id", "doc") values (?, ?)')
  const [begin, claim, pay, increase, record, commit] = [
    'BEGIN IMMEDIATE',
    'insert into "callback_logs" ("_id", "doc") values (?, ?)',
    'update "vk-pay-orders" set "doc" = ? where "_id" = ?',
    `update "uni-id-users" set "doc" = json_set("doc", '$.balance', json_extract("doc", '$.balance') + 100) where "_id" = ?`,
    'insert into "recharge_logs" ("_id", "doc") values (?, ?)',
    'commit',
  ].map(sql => db.prepare(sql))
  return {
    create: async rows => void add.run([rows.order.id, rows.order.unpaid]),
    async write(rows) {
      begin!.run([])
      claim!.run([rows.log.id, rows.log.doc])
      pay!.run([rows.order.doc, rows.order.id])
      increase!.run([rows.user])
      record!.run([rows.record.id, rows.record.doc])
      commit!.run([])
    },
    close: async () => void db.close(),
  }
}

function overPostgres(connectionString: string, width: number): Bare {
  const pool = new pg.Pool({ connectionString, max: width })
  return {
    create: async rows => void await pool.query({ name: 'create', text: 'insert into "vk-pay-orders" ("_id", "doc") values ($1, $2)', values: [rows.order.id, rows.order.unpaid] }),
    async write(rows) {
      const client = await pool.connect()
      await client.query('begin')
      await client.query({ name: 'claim', text: 'insert into "callback_logs" ("_id", "doc") values ($1, $2)', values: [rows.log.id, rows.log.doc] })
      await client.query({ name: 'pay', text: 'update "vk-pay-orders" set "doc" = $1 where "_id" = $2', values: [rows.order.doc, rows.order.id] })
      await client.query({ name: 'add', text: `update "uni-id-users" set "doc" = jsonb_set("doc"::jsonb, '{balance}', to_jsonb(("doc"->>'balance')::bigint + 100))::json where "_id" = $1`, values: [rows.user] })
      await client.query({ name: 'record', text: 'insert into "recharge_logs" ("_id", "doc") values ($1, $2)', values: [rows.record.id, rows.record.doc] })
      await client.query('commit')
      client.release()
    },
    close: () => pool.end(),
  }
}

export function openBare(place: string, width: number): Bare {
  return isPostgres(place) ? overPostgres(place, width) : overLibsql(place)
}
