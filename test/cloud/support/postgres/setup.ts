/** One PostgreSQL server for a whole run of the cloud tests; each test takes a schema of its own. */
import type { TestProject } from 'vitest/node'
import { startPostgres } from './server'

declare module 'vitest' {
  interface ProvidedContext { postgresUrl: string }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres()
  project.provide('postgresUrl', server.url)
  return server.close
}
