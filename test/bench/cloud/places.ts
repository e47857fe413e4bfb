/** Databases that are there for one measurement. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '../../cloud/support/postgres/server'

export const engines = ['libsql', 'PostgreSQL'] as const
export type Engine = typeof engines[number]

export interface Places {
  /** An empty database of its own; see `openAt`. */
  fresh: () => Promise<string>
  close: () => Promise<void>
}

async function libsqlPlaces(): Promise<Places> {
  const folder = await mkdtemp(join(tmpdir(), 'vk-pay-bench-'))
  let count = 0
  return {
    fresh: async () => join(folder, `${++count}.db`),
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

async function postgresPlaces(): Promise<Places> {
  const server = await startPostgres({ durable: true })
  let count = 0
  return {
    async fresh() {
      const schema = `bench_${++count}`
      const client = new pg.Client({ connectionString: server.url })
      await client.connect()
      await client.query(`create schema ${schema}`)
      await client.end()
      return `${server.url}?options=${encodeURIComponent(`-c search_path=${schema}`)}`
    },
    close: () => server.close(),
  }
}

/** Where measurements of one engine keep their data; PostgreSQL waits for the disk at every commit, as it does as installed. */
export function openPlaces(engine: Engine): Promise<Places> {
  return engine === 'libsql' ? libsqlPlaces() : postgresPlaces()
}
