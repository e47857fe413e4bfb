/** `npm test`: everything, in the order in which mistakes are cheapest to find. Stops at the first failure. */
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { inRoot } from './lib/root.mjs'

const steps = [
  ['lint', 'lint'],
  ['types', 'typecheck'],
  ['client, once per platform', 'test:unit'],
  ['cloud side and gateway', 'test:cloud'],
  ['assembling the plugin', 'build'],
  ['types as authors get them', 'test:types'],
  ['what editors read, and releasing', 'test:tools'],
  ['the readme, word by word', 'test:readme'],
  ['the cloud function on Node 12', 'test:node12'],
  ['shop for its five targets', 'build:shop', 'h5', 'mp-weixin', 'mp-alipay', 'mp-toutiao', 'app'],
  ['types of the shop', 'typecheck:shop'],
  ['compiled mini-program', 'test:mp'],
  ['browser', 'test:e2e'],
  ['what is published, in new apps', 'test:packages'],
  ['the documentation', 'docs:build'],
  ['types of its demo', 'typecheck:demo'],
  ['every code block in readmes and documentation', 'test:docs'],
]

for (const [title, script, ...args] of steps) {
  console.log(`\n── ${title} (npm run ${script})`)
  const startedAt = Date.now()
  const { status } = spawnSync('npm', ['run', '--silent', script, ...(args.length > 0 ? ['--', ...args] : [])], { cwd: inRoot(), stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) {
    console.error(`\n${title}: failed (npm run ${script})`)
    process.exit(1)
  }
  console.log(`── ${title}: passed in ${Math.round((Date.now() - startedAt) / 1000)} s`)
}
