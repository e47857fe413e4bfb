import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSchema } from '../support/postgres/schema'
import { newSeed } from './random'
import { runStorm } from './storm'

/**
 * Hosts are killed with SIGKILL at random moments under duplicated, reordered, delayed and changed
 * notifications. What was acknowledged must be there after each kill, before anything could mend it;
 * at the end, after a sweep, every balance, stock, membership and log is what the paid orders say.
 *
 * `npm run test:storm` is the whole of it, 200 kills and 2,000 orders; `SEED=<n>` repeats one.
 */
const size = { orders: Number(process.env.STORM_ORDERS ?? 120), kills: Number(process.env.STORM_KILLS ?? 12) }
const LIMIT_MS = 20 * 60_000

let folder = ''
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'vk-pay-storm-db-')) })
afterAll(() => rm(folder, { recursive: true, force: true }))

const places: [string, number, () => Promise<string>][] = [
  ['libsql, one process', 1, async () => join(folder, 'pay.db')],
  ['PostgreSQL, two processes over one database', 2, async () => (await newSchema()).connection],
]

describe.each(places)('%s', (name, hosts, newPlace) => {
  it(`nothing acknowledged is lost, and nothing happens twice: ${size.kills} kills, ${size.orders} orders`, async () => {
    const seed = newSeed()
    console.log(`${name}: SEED=${seed}`)
    const startedAt = Date.now()
    const report = await runStorm({ place: await newPlace(), hosts, seed, ...size })
    const { lost, differences, errors, ...counts } = report
    console.log(`${name}: SEED=${seed} ${Math.round((Date.now() - startedAt) / 1000)} s, lost ${lost.length}, ${JSON.stringify({ ...counts, errors })}`)
    expect(lost).toEqual([])
    expect(differences.slice(0, 20)).toEqual([])
    expect(report).toMatchObject({ tamperedAccepted: 0, inventedPaid: 0 })
    expect(report.kills).toBeGreaterThanOrEqual(size.kills)
    // the storm was one: every kind of thing did happen
    expect(Math.min(report.acknowledgedOrders, report.refused)).toBeGreaterThan(size.orders / 10)
  }, LIMIT_MS)
})
