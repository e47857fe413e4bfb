/**
 * `npm run release -- 0.2.0`: checks that the version is the one that CHANGELOG.md asks for, sets it
 * everywhere, dates both changelogs and prints the release notes. It commits and publishes nothing.
 *
 *   --date 2026-01-31   another day than today
 *   --dry-run           only checks, and prints the notes
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { inRoot } from './lib/root.mjs'
import { planRelease, RELEASE_FILES } from './release/plan.mjs'

const today = () => new Date().toISOString().slice(0, 10)

try {
  const { values: { date = today(), 'dry-run': dry = false }, positionals: [version] } = parseArgs({
    allowPositionals: true,
    options: { 'date': { type: 'string' }, 'dry-run': { type: 'boolean' } },
  })
  if (!version)
    throw new Error('which version? npm run release -- 0.2.0')
  if (!dry)
    checkClean()
  const { files, notes } = planRelease({ version, date }, Object.fromEntries(RELEASE_FILES.map(file => [file, readFileSync(inRoot(file), 'utf8')])))
  for (const [file, text] of Object.entries(dry ? {} : files))
    writeFileSync(inRoot(file), text)
  console.log(`${notes.en}\n\n---\n\n${notes.zh}`)
  console.error(dry ? `\nchecked only; it would change ${Object.keys(files).join(', ')}` : `\n${version}, ${date}: changed ${Object.keys(files).join(', ')}\nnext: npm test, git commit -am "Release ${version}", git tag v${version}, npm run build, then publish dist/npm and the zip`)
}
catch (error) {
  console.error(error.message)
  process.exitCode = 1
}

/** What is half done must not slip into a release. */
function checkClean() {
  const { status, stdout } = spawnSync('git', ['status', '--porcelain'], { cwd: inRoot(), encoding: 'utf8' })
  if (status === 0 && stdout.trim())
    throw new Error(`there are changes that are not committed:\n${stdout.trimEnd()}`)
}
