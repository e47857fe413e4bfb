/** `npm run bench:cloud`. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../../cloud/support/postgres/server'
import { openAt } from '../../cloud/support/sql-place'
import { benchEffects } from './effects'
import { benchVerifying } from './verifying'

async function benchStore(name: string, place: string): Promise<void> {
  const store = await openAt(place)
  await benchEffects(name, store, { width: 1, count: 60 })
  await benchEffects(name, store, { width: 16, count: 120 })
  await store.close()
}

await benchVerifying()

const folder = await mkdtemp(join(tmpdir(), 'vk-pay-bench-'))
await benchStore('libsql', join(folder, 'pay.db'))
await rm(folder, { recursive: true, force: true })

const postgres = await startPostgres({ durable: true })
await benchStore('PostgreSQL', postgres.url)
await postgres.close()
