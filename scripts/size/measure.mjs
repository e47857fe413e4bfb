import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { listFiles } from '../lib/files.mjs'
import { writeScratchApp } from '../lib/scratch-app.mjs'
import { uniBuild } from '../lib/uni-build.mjs'
import { appOf, SPACE } from './apps.mjs'

const AT_ONCE = 2
const keyOf = ({ platform, name, linked = false }) => `${platform} ${name} ${linked}`

/**
 * Builds apps and weighs every file of each: JS, templates, styles, JSON.
 *
 * @param {readonly { platform: string, name: string, linked?: boolean }[]} builds
 * @returns {Promise<(build: { platform: string, name: string, linked?: boolean }) => Map<string, { min: number, gzip: number }>>} file → bytes
 */
export async function weigh(builds) {
  const weights = new Map()
  const waiting = [...builds]
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      weights.set(keyOf(next), await filesOf(next))
  }))
  return build => weights.get(keyOf(build))
}

async function filesOf({ platform, name, linked }) {
  const folder = writeScratchApp(`size/${platform}-${name.replaceAll(/\W+/g, '-')}${linked ? '-linked' : ''}`, appOf(name, linked))
  const output = await uniBuild(folder, platform, { UNI_CLOUD_PROVIDER: linked ? SPACE : '' })
  return new Map(listFiles(output).map((file) => {
    const content = readFileSync(`${output}/${file}`)
    return [file, { min: content.length, gzip: gzipSync(content, { level: 9 }).length }]
  }))
}

/** Sum over files, of those whose name fits. */
export function total(files, unit, fits = () => true) {
  let sum = 0
  for (const [file, weight] of files) {
    if (fits(file))
      sum += weight[unit]
  }
  return sum
}

/** Files that grew, the most first. */
export function growth(files, base, unit) {
  return [...files]
    .map(([file, weight]) => [file, weight[unit] - (base.get(file)?.[unit] ?? 0)])
    .filter(([, bytes]) => bytes > 0)
    .sort(([, a], [, b]) => b - a)
}
