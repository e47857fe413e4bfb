import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))
/** What the package holds of the plugin: `version`, `manifest` (the plugin's package.json), `files` (path → hash). */
export const readPlugin = () => JSON.parse(readFileSync(join(packageFolder, 'cli/plugin.json'), 'utf8'))
/** What was put into the project, so that an update sees what its author has changed since. */
const RECORD = '.installed.json'
/** The author's own from the first day: an update never touches what is there. */
const AUTHORS = /^uniCloud\/cloudfunctions\/vk-pay\/service\/pay-notify\//

/**
 * Puts the plugin into a uni-app project, or updates the one that is there. Either all of it is done
 * or nothing: the new folder is complete before it takes the place of the old one.
 *
 * @param {string} project folder of the project: with `manifest.json` in it, or in its `src`
 * @param {object} [options]
 * @param {boolean} [options.force] replaces changed files instead of refusing
 * @returns {{ folder: string, version: string, before: string | undefined, kept: string[] }} where it is, the version there and the one before, and the author's files that stayed
 * @throws {Error} when there is no project, or files would be lost
 */
export function addPlugin(project, { force = false } = {}) {
  const { version, manifest, files } = readPlugin()
  const folder = join(sourceOf(resolve(project)), 'uni_modules/vk-uni-pay')
  const [next, old] = [`${folder}.new`, `${folder}.old`]
  // an earlier run that was interrupted between its two renames
  if (existsSync(old) && !existsSync(folder))
    renameSync(old, folder)
  for (const leftover of [next, old])
    rmSync(leftover, { recursive: true, force: true })

  const there = existsSync(folder) ? filesIn(folder) : []
  const record = readJson(join(folder, RECORD))
  const kept = there.filter(file => AUTHORS.test(file) || !(file in (record?.files ?? files) || file === 'package.json' || file === RECORD))
  const changed = there.filter(file => file in files && !kept.includes(file) && hashOf(join(folder, file)) !== (record ? record.files[file] : files[file]))
  if (changed.length > 0 && !force) {
    throw new Error([
      record ? `These files of ${folder} have been changed since ${record.version} was put there:` : `${folder} was not put there by this command, and these files differ from version ${version}:`,
      ...changed.slice(0, 20).map(file => `  ${file}`),
      ...changed.length > 20 ? [`  and ${changed.length - 20} more`] : [],
      'Save what you need of them, then run it again with --force. Handlers in pay-notify and files of your own stay in any case.',
    ].join('\n'))
  }

  const before = record?.version ?? readJson(join(folder, 'package.json'))?.version
  for (const file of Object.keys(files))
    copy(join(packageFolder, file), join(next, file))
  for (const file of kept)
    copy(join(folder, file), join(next, file))
  writeFileSync(join(next, 'package.json'), json(manifest))
  writeFileSync(join(next, RECORD), json({ version, files }))
  if (there.length > 0)
    renameSync(folder, old)
  renameSync(next, folder)
  rmSync(old, { recursive: true, force: true })
  return { folder, version, before, kept }
}

/** Where the sources of a uni-app project are: `src` for the CLI's, the folder itself for HBuilderX's. */
function sourceOf(project) {
  const found = [join(project, 'src'), project].find(folder => existsSync(join(folder, 'manifest.json')))
  if (!found)
    throw new Error(`${project} is no uni-app project: neither it nor its src has a manifest.json. Name the project's folder: vk-uni-pay add <project>`)
  return found
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join('/'))
}

/** Line ends do not count: a checkout may have its own. */
export function hashOf(file) {
  return createHash('sha256').update(readFileSync(file, 'latin1').replaceAll('\r\n', '\n'), 'latin1').digest('hex')
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  cpSync(from, to)
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  }
  catch {
    return undefined
  }
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`
}
