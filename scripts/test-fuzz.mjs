/** `npm run test:fuzz`: 100,000 changed notifications and requests. SEED and FUZZ_COUNT of the environment win. */
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { inRoot, root } from './lib/root.mjs'

const env = { FUZZ_COUNT: '100000', ...process.env }
const { status } = spawnSync(process.execPath, [inRoot('node_modules/vitest/vitest.mjs'), 'run', '-c', 'vitest.cloud.config.ts', 'test/cloud/fuzz', ...process.argv.slice(2)], { cwd: root, env, stdio: 'inherit' })
process.exit(status ?? 1)
