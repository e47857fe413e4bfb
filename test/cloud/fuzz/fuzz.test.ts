import { describe, expect, it } from 'vitest'
import { newSeed, randomOf } from '../storm/random'
import { channels } from './channels'
import { runFuzz } from './fuzz'

/**
 * Changed notifications and requests: none is accepted, none makes an error nobody foresaw, none takes
 * a second, and no log line tells a secret. `npm run test:fuzz` sends all 100,000; `SEED=<n>` repeats.
 */
const COUNT = Number(process.env.FUZZ_COUNT ?? 6_000)
const LIMIT_MS = 20 * 60_000
/** The longest anything may take. */
const SLOWEST_MS = 1_000

const names = Object.keys(channels)

describe.each(names)('%s', (name) => {
  it(`stands ${Math.ceil(COUNT / names.length)} changed notifications and requests`, async () => {
    const seed = newSeed()
    console.log(`fuzz, ${name}: SEED=${seed}`)
    const report = await runFuzz(channels[name]!, Math.ceil(COUNT / names.length), randomOf(seed))
    console.log(`fuzz, ${name}: SEED=${seed} ${JSON.stringify(report)}`)
    expect(report.slowestMs).toBeLessThan(SLOWEST_MS)
    // the fuzz is one: what is genuine did come through, and the rest did not
    expect(report.acceptedUnchanged + report.acceptedFitting).toBeGreaterThan(0)
    expect(report.refused).toBeGreaterThan(report.sent / 4)
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  }, LIMIT_MS)
})
