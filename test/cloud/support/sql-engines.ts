import { newSchema } from './postgres/schema'

/** The databases every promise is kept on. */
export const sqlEngines = ['libsql', 'PostgreSQL'] as const
export type SqlEngineName = typeof sqlEngines[number]

/** An empty database for one test, in memory or in a schema of its own; see `openAt`. */
export async function newPlace(engine: SqlEngineName): Promise<string> {
  return engine === 'libsql' ? ':memory:' : (await newSchema()).connection
}
