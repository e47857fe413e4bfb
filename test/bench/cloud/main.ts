/** `npm run bench:cloud`. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../../cloud/support/postgres/server'
import { benchEffects } from './effects'
import { benchVerifying } from './verifying'

async function benchStore(name: string, place: string): Promise<void> {
  await benchEffects(name, place, { width: 1, count: 100 })
  await benchEffects(name, place, { width: 16, count: 160 })
}

await benchVerifying()

const folder = await mkdtemp(join(tmpdir(), 'vk-pay-bench-'))
await benchStore('libsql', join(folder, 'pay.db'))
await rm(folder, { recursive: true, force: true })

const postgres = await startPostgres({ durable: true })
await benchStore('PostgreSQL', postgres.url)
await postgres.close()
