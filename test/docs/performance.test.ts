import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { expect, it } from 'vitest'
import { root } from './support/blocks'

/** A small one of what the page shows; the payments are the same each time, so chance favours nobody. */
it('the schedule tells sooner and asks less often than each fixed pace, as the page on performance says', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/bench-confirming.mjs', '--count=4000', '--seed=7'], { cwd: root, encoding: 'utf8' })
  expect(stdout + stderr).not.toContain('NOT better')
  expect(stdout.match(/better than each fixed pace/g)).toHaveLength(2)
  expect(status).toBe(0)
}, 60_000)
