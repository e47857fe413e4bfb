import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

export interface Schema {
  /** Connection string whose tables are made in, and found in, this schema alone. */
  readonly connection: string
  /** Runs one statement beside the store and answers its rows. */
  query: (sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>
}

/** An empty schema on a server, that of the run when none is named. It goes when the server goes. */
export async function newSchema(url: string = inject('postgresUrl')): Promise<Schema> {
  const name = `t_${randomBytes(8).toString('hex')}`
  const connection = `${url}?options=${encodeURIComponent(`-c search_path=${name}`)}`
  const query: Schema['query'] = async (sql, values) => {
    const client = new pg.Client({ connectionString: connection })
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(sql, values)).rows
    }
    finally {
      await client.end()
    }
  }
  await query(`create schema ${name}`)
  return { connection, query }
}
