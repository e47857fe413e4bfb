/**
 * `npm run test:storm`: the crash test in its whole size, on libsql and on PostgreSQL. What is set in the
 * environment wins: SEED, STORM_KILLS, STORM_ORDERS.
 */
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { inRoot, root } from './lib/root.mjs'

const env = { STORM_KILLS: '200', STORM_ORDERS: '2000', ...process.env }
const { status } = spawnSync(process.execPath, [inRoot('node_modules/vitest/vitest.mjs'), 'run', '-c', 'vitest.cloud.config.ts', 'test/cloud/storm/storm.test.ts', ...process.argv.slice(2)], { cwd: root, env, stdio: 'inherit' })
process.exit(status ?? 1)
