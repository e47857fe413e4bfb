/** Rates of the cloud side, from its sources: `npm run bench:cloud`. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'
import process from 'node:process'
import { build } from 'esbuild'
import { inRoot, root } from './lib/root.mjs'

const out = inRoot('.tmp/bench')
await build({ absWorkingDir: root, entryPoints: ['test/bench/cloud/main.ts'], outfile: `${out}/main.mjs`, bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external', logLevel: 'error' })
// the program that keeps the database server is run by its path
copyFileSync(inRoot('test/cloud/support/postgres/keeper.mjs'), `${out}/keeper.mjs`)
const { status } = spawnSync(process.execPath, [`${out}/main.mjs`], { cwd: root, stdio: 'inherit' })
rmSync(out, { recursive: true, force: true })
process.exit(status ?? 1)
