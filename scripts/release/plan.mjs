import { dateChangelog, isBreaking, readChangelog, sectionsOf, versionProblem } from './changelog.mjs'
import { dateMarketLog, marketProblems, unreleasedLines } from './market-log.mjs'

export const CHANGELOG = 'CHANGELOG.md'
export const MARKET_LOG = 'uni_modules/vk-uni-pay/changelog.md'
/** Each says `"version": "…"`; the lock says it twice. */
const MANIFESTS = ['package.json', 'package-lock.json', 'uni_modules/vk-uni-pay/package.json', 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/package.json']
/** They name the files that a build makes. */
const READMES = ['README.md', 'README.zh-CN.md']

export const RELEASE_FILES = [CHANGELOG, MARKET_LOG, ...MANIFESTS, ...READMES]

/**
 * What a release changes, as texts.
 *
 * @param {object} release
 * @param {string} release.version
 * @param {string} release.date `2026-01-31`
 * @param {Record<string, string>} files text of each of {@link RELEASE_FILES}
 * @returns `{ files, notes }`: the files that are different then, and the release notes in both languages
 * @throws Error naming everything that stands in the way
 */
export function planRelease({ version, date }, files) {
  const log = readChangelog(files[CHANGELOG])
  const sections = sectionsOf(log.unreleased)
  const problems = [
    versionProblem(version, log),
    ...marketProblems(files[MARKET_LOG], sections, isBreaking(sections)),
    /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date)) ? undefined : `${date} is no day: 2026-01-31`,
  ].filter(Boolean)
  if (problems.length > 0)
    throw new Error(problems.join('\n'))
  const next = {
    [CHANGELOG]: dateChangelog(files[CHANGELOG], version, date),
    [MARKET_LOG]: dateMarketLog(files[MARKET_LOG], version, date),
    ...Object.fromEntries(MANIFESTS.map(file => [file, withVersion(files[file], version)])),
    ...Object.fromEntries(READMES.map(file => [file, files[file].replace(/vk-uni-pay-\d+\.\d+\.\d+(?:-[\w.]+?)?(?=\.(?:zip|tgz))/g, `vk-uni-pay-${version}`)])),
  }
  return {
    files: Object.fromEntries(Object.entries(next).filter(([file, text]) => text !== files[file])),
    notes: { en: notesOf(log.unreleased.description, sections), zh: unreleasedLines(files[MARKET_LOG]).map(line => `- ${line}`).join('\n') },
  }
}

/** The package's own version, which stands first, and in a lock once more under `packages[""]`. */
function withVersion(text, version) {
  const { version: old, packages } = JSON.parse(text)
  const once = json => json.replace(`"version": "${old}"`, `"version": "${version}"`)
  return packages ? once(once(text)) : once(text)
}

const titleOf = type => type[0].toUpperCase() + type.slice(1)

function notesOf(description, sections) {
  return [
    ...description.trim() ? [description.trim()] : [],
    ...Object.entries(sections).map(([type, lines]) => `### ${titleOf(type)}\n\n${lines.map(line => `- ${line}`).join('\n')}`),
  ].join('\n\n')
}
