/** `CHANGELOG.md`, in the form of Keep a Changelog: what is not yet released, and what it asks of the next version. */
import { parser } from 'keep-a-changelog'
import { gt, inc, parse, prerelease } from 'semver'

/** What a section asks for; in 0.x the minor version stands for the major one, as npm's ranges have it. */
const BUMPS = { removed: 'major', added: 'minor', changed: 'minor', deprecated: 'minor', fixed: 'patch', security: 'patch' }
const RANK = ['patch', 'minor', 'major']
const BREAKING = /^\*\*Breaking[.:]?\*\*/i
/** The heading as it is written: above what no version has yet. */
const UNRELEASED = /^## \[Unreleased\]$/m

/** Section → its lines, empty sections left out. */
export const sectionsOf = release => Object.fromEntries([...release.changes].filter(([, changes]) => changes.length > 0).map(([type, changes]) => [type, changes.map(({ title }) => title)]))

/** @throws Error naming the line that is not of that form */
export function readChangelog(text) {
  const log = parser(text)
  const unreleased = log.releases.filter(release => !release.date)
  if (unreleased.length !== 1 || !UNRELEASED.test(text))
    throw new Error('CHANGELOG.md must have one section "## [Unreleased]"')
  const released = log.releases.filter(release => release.date)
  const stable = released.findIndex(({ version }) => !prerelease(version))
  return {
    unreleased: unreleased[0],
    previous: released[0]?.version,
    base: released[stable]?.version,
    // what a pre-release told of is in the release that follows it
    since: merged([unreleased[0], ...released.slice(0, Math.max(0, stable))].map(sectionsOf)),
  }
}

function merged(all) {
  const sections = {}
  for (const [type, lines] of all.flatMap(one => Object.entries(one)))
    sections[type] = [...sections[type] ?? [], ...lines]
  return sections
}

export const isBreaking = sections => 'removed' in sections || Object.values(sections).flat().some(line => BREAKING.test(line))

/** The least the version must grow by after `base`: `major`, `minor` or `patch`. */
function requiredBump(sections, base) {
  const asked = Object.keys(sections).map(type => BUMPS[type]).concat(isBreaking(sections) ? ['major'] : [])
  const bump = RANK[Math.max(0, ...asked.map(one => RANK.indexOf(one)))]
  return parse(base).major > 0 ? bump : { major: 'minor', minor: 'patch', patch: 'patch' }[bump]
}

/**
 * @param {string} version
 * @param {ReturnType<typeof readChangelog>} log
 * @returns why `version` cannot be the next one, or nothing
 */
export function versionProblem(version, { unreleased, previous, base, since }) {
  const parsed = parse(version)
  if (!parsed || parsed.version !== version)
    return `${version} is no version: three numbers, and a pre-release behind a dash if it is one`
  if (unreleased.isEmpty())
    return 'nothing under [Unreleased] in CHANGELOG.md'
  if (previous && !gt(version, previous))
    return `${version} is not above ${previous}`
  if (!base)
    return undefined
  const bump = RANK.find(one => inc(base, one) === `${parsed.major}.${parsed.minor}.${parsed.patch}`)
  if (!bump)
    return `${version} leaves a version out: after ${base} comes ${RANK.map(one => inc(base, one)).join(', ')}`
  const required = requiredBump(since, base)
  return RANK.indexOf(bump) < RANK.indexOf(required)
    ? `${version} is too small: ${reasonOf(since)} after ${base} asks for ${inc(base, required)}`
    : undefined
}

function reasonOf(sections) {
  if (isBreaking(sections))
    return 'a breaking change'
  return `"${Object.keys(sections).find(type => BUMPS[type] === 'minor') ?? Object.keys(sections)[0]}"`
}

/** The section gets its version and its day; above it begins the next one. */
export const dateChangelog = (text, version, date) => text.replace(UNRELEASED, `## [Unreleased]\n\n## [${version}] - ${date}`)
