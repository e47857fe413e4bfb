/**
 * What the parts of the plugin add to an empty app, minified and gzipped, against `size-budget.json`.
 * Every file of the package counts: JS, templates, styles, JSON.
 *
 *   npm run size                        button, and button with cashier and status, on five platforms;
 *                                       every part on mp-weixin. Red: a limit exceeded, a readme that says other
 *   npm run size mp-weixin h5           every part on these
 *   npm run size -- --write             the same, into the readmes and the documentation
 *   npm run size -- --all               every part on every platform, with and without a linked service
 *                                       space: 90 builds
 *   npm run size -- --modules [mp-weixin]   which module of the engine takes how much
 *
 * `target` is what a part is meant to be. `limit` is what it may not exceed, today's size and a little;
 * it goes down, towards the target, and up only with something new that is in it. Both count minified bytes, on H5 gzipped ones.
 */
import process from 'node:process'
import { isThere, readJson, writeText } from './lib/files.mjs'
import { machine } from './lib/machine.mjs'
import { inRoot } from './lib/root.mjs'
import { baseOf, PARTS } from './size/apps.mjs'
import { growth, total, weigh } from './size/measure.mjs'
import { printModules } from './size/modules.mjs'
import { staleReadmes, writeReadmes } from './size/tables.mjs'

const LISTED = 10
/** Kept for the documentation. */
const KEPT = inRoot('docs/.vitepress/performance/size.json')
/** What a readme may be behind, bytes: not every change has to touch it. */
const TOLERATED = 512
const ALWAYS = ['button', 'button, cashier and status']
const IN_FULL = 'mp-weixin'

const flags = process.argv.slice(2).filter(one => one.startsWith('--'))
const asked = process.argv.slice(2).filter(one => !one.startsWith('--'))
const budget = readJson(inRoot('scripts/size-budget.json'))
const [writing, all] = ['--write', '--all'].map(flag => flags.includes(flag))

if (flags.includes('--modules')) {
  for (const platform of asked.length > 0 ? asked : [IN_FULL])
    await printModules(platform)
  process.exit()
}
if (!isThere(inRoot('dist/uni_modules/vk-uni-pay')))
  throw new Error('dist/uni_modules/vk-uni-pay is missing: run `npm run build` first')

const platforms = asked.length > 0 ? asked : Object.keys(budget)
const partsOf = platform => asked.length > 0 || all || platform === IN_FULL ? PARTS : ALWAYS
const spaces = all ? [false, true] : [false]
const cases = spaces.flatMap(linked => platforms.flatMap(platform => partsOf(platform).map(name => ({ platform, name, linked }))))
const startedAt = Date.now()
const filesOf = await weigh(distinct([...cases, ...cases.map(base)]))

const sizes = {}
let red = false
for (const one of cases) {
  const files = filesOf(one)
  const before = filesOf(base(one))
  const added = unit => total(files, unit) - total(before, unit)
  const found = { min: added('min'), gzip: added('gzip') }
  ;((sizes[one.platform] ??= {})[one.name] ??= {})[one.linked ? 'linked' : 'unlinked'] = found
  print(one, { found, files, before })
}
console.log(`\n${Math.round((Date.now() - startedAt) / 1000)} s`)

if (writing)
  keep()
else
  compareWithKept()
process.exitCode = red ? 1 : 0

function base({ platform, name, linked }) {
  return { platform, name: baseOf(name), linked }
}

function distinct(builds) {
  return [...new Map(builds.map(build => [JSON.stringify(build), build])).values()]
}

function print({ platform, name, linked }, { found, files, before }) {
  const unit = platform === 'h5' ? 'gzip' : 'min'
  const { target, limit } = budget[platform][name] ?? {}
  if (limit === undefined)
    throw new Error(`scripts/size-budget.json has no limit for ${name} on ${platform}`)
  // what a service space adds is in the tables; the limits are for what everybody carries
  const over = !linked && found[unit] > limit
  red ||= over
  const popup = total(files, unit, file => /uni-(?:popup|transition)/.test(file))
  console.log(`\n${platform}${linked ? ', service space linked' : ''}, ${name}: +${found.min} bytes, ${found.gzip} gzipped${popup ? `, ${popup} ${unit === 'min' ? '' : 'gzipped '}of them uni-popup` : ''}`)
  if (!linked)
    console.log(`  limit ${limit}${unit === 'gzip' ? ' gzipped' : ''}: ${verdict(found[unit], limit)}${target === undefined ? '' : `; target ${target}: ${verdict(found[unit], target)}`}`)
  // names of other platforms' files carry a hash, or there is one file for all
  if (platform.startsWith('mp-') && (over || platform === IN_FULL) && !linked) {
    for (const [file, bytes] of growth(files, before, unit).slice(0, LISTED))
      console.log(`    ${String(bytes).padStart(6)}  ${file}`)
  }
}

function verdict(bytes, allowed) {
  return bytes <= allowed ? `${allowed - bytes} left` : `${bytes - allowed} TOO MUCH`
}

/** What was not built this time stays as it was. */
function keep() {
  const kept = isThere(KEPT) ? readJson(KEPT).sizes : {}
  for (const [platform, parts] of Object.entries(sizes)) {
    kept[platform] ??= {}
    for (const [name, found] of Object.entries(parts))
      kept[platform][name] = { ...kept[platform][name], ...found }
  }
  const found = { ...machine(), sizes: kept }
  writeText(KEPT, `${JSON.stringify(found, null, 2)}\n`)
  writeReadmes(found)
}

/** Readmes and documentation say what a build says. */
function compareWithKept() {
  const kept = readJson(KEPT)
  const stale = staleReadmes(kept).map(file => `the table in ${file} was not made of ${KEPT.slice(inRoot().length + 1)}`)
  for (const [platform, parts] of Object.entries(sizes)) {
    for (const [name, { unlinked }] of Object.entries(parts)) {
      const said = kept.sizes[platform][name].unlinked
      if (Math.abs(said.min - unlinked.min) > TOLERATED || Math.abs(said.gzip - unlinked.gzip) > TOLERATED)
        stale.push(`${name} on ${platform}: the readme says ${said.min} bytes, ${said.gzip} gzipped; it is ${unlinked.min}, ${unlinked.gzip}`)
    }
  }
  if (stale.length > 0)
    console.error(`\n${stale.join('\n')}\nMend it by: npm run size -- --write`)
  red ||= stale.length > 0
}
