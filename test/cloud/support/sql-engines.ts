import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newSchema } from './postgres/schema'

/** The databases every promise is kept on. */
export const sqlEngines = ['libsql', 'PostgreSQL'] as const
export type SqlEngineName = typeof sqlEngines[number]

/** An empty database for one test, in memory or in a schema of its own; see `openAt`. */
export async function newPlace(engine: SqlEngineName): Promise<string> {
  return engine === 'libsql' ? ':memory:' : (await newSchema()).connection
}

/** An empty database that several stores, or processes, can have open at once. */
export async function newSharedPlace(engine: SqlEngineName): Promise<{ place: string, dispose: () => Promise<void> }> {
  if (engine === 'PostgreSQL')
    return { place: await newPlace(engine), dispose: async () => {} }
  const folder = await mkdtemp(join(tmpdir(), 'vk-pay-shared-'))
  return { place: join(folder, 'pay.db'), dispose: () => rm(folder, { recursive: true, force: true }) }
}
