import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { inRoot } from '../../scripts/lib/root.mjs'
import { withoutEmptySection } from '../../scripts/release/market-log.mjs'
import { CHANGELOG, MARKET_LOG, planRelease, RELEASE_FILES } from '../../scripts/release/plan.mjs'

const DATE = '2026-12-01'
const RELEASED = '## [1.2.3] - 2026-11-01\n\n### Added\n\n- The beginning.\n'

/** A repository before its next release: sections of the English and lines of the Chinese changelog. */
function repository(sections: Record<string, string[]>, lines: string[], released = RELEASED): Record<string, string> {
  const body = Object.entries(sections).map(([title, entries]) => `### ${title}\n\n${entries.map(entry => `- ${entry}\n`).join('')}`).join('\n')
  return {
    [CHANGELOG]: `# Changelog\n\nAll of it.\n\n## [Unreleased]\n\n${body}\n${released}`,
    [MARKET_LOG]: `## 未发布\n\n${lines.map(line => `- ${line}\n`).join('')}\n## 1.2.3（2026-11-01）\n\n- 新增 开始。\n`,
    'package.json': '{\n  "name": "shop",\n  "version": "1.2.3",\n  "devDependencies": { "other": "1.2.3" }\n}\n',
    'package-lock.json': '{\n  "version": "1.2.3",\n  "packages": {\n    "": { "version": "1.2.3" },\n    "node_modules/other": { "version": "1.2.3" }\n  }\n}\n',
    'uni_modules/vk-uni-pay/package.json': '{ "version": "1.2.3" }\n',
    'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/package.json': '{ "version": "1.2.3" }\n',
    'README.md': 'npm install ./vk-uni-pay-1.2.3.tgz, or unpack dist/vk-uni-pay-1.2.3.zip\n',
    'README.zh-CN.md': 'vk-uni-pay-1.2.3.zip\n',
  }
}

const fix = () => repository({ Fixed: ['A fault.'] }, ['修复 一个错误。'])
const plan = (version: string, files = fix(), date = DATE) => planRelease({ version, date }, files)

describe('a release', () => {
  it('dates both changelogs and begins the next section', () => {
    const { files } = plan('1.2.4')
    expect(files[CHANGELOG]).toContain(`## [Unreleased]\n\n## [1.2.4] - ${DATE}\n\n### Fixed\n\n- A fault.\n`)
    expect(files[MARKET_LOG]).toContain(`## 未发布\n\n## 1.2.4（${DATE}）\n\n- 修复 一个错误。\n`)
    expect(withoutEmptySection(files[MARKET_LOG] ?? '')).toMatch(/^## 1\.2\.4（/)
    expect(withoutEmptySection(fix()[MARKET_LOG] ?? '')).toBe(fix()[MARKET_LOG])
  })

  it('sets the version where it is the project\'s own, and nowhere else', () => {
    const { files } = plan('1.2.4')
    expect(JSON.parse(files['package.json'] ?? '')).toEqual({ name: 'shop', version: '1.2.4', devDependencies: { other: '1.2.3' } })
    expect(JSON.parse(files['package-lock.json'] ?? '')).toEqual({ version: '1.2.4', packages: { '': { version: '1.2.4' }, 'node_modules/other': { version: '1.2.3' } } })
    expect(files['uni_modules/vk-uni-pay/package.json']).toBe('{ "version": "1.2.4" }\n')
    expect(files['README.md']).toBe('npm install ./vk-uni-pay-1.2.4.tgz, or unpack dist/vk-uni-pay-1.2.4.zip\n')
  })

  it('has notes in both languages', () => {
    const { notes } = plan('1.3.0', repository({ Added: ['A channel.', 'A page.'], Fixed: ['A fault.'] }, ['新增 渠道与页面。', '修复 一个错误。']))
    expect(notes).toEqual({ en: '### Added\n\n- A channel.\n- A page.\n\n### Fixed\n\n- A fault.', zh: '- 新增 渠道与页面。\n- 修复 一个错误。' })
  })

  it('can be made again from what it left, with the next changes', () => {
    const first = { ...fix(), ...plan('1.2.4').files }
    expect(() => plan('1.2.5', first)).toThrow('nothing under [Unreleased]')
    const second = { ...first, [CHANGELOG]: first[CHANGELOG]!.replace('## [Unreleased]\n', '## [Unreleased]\n\n### Fixed\n\n- Another.\n'), [MARKET_LOG]: first[MARKET_LOG]!.replace('## 未发布\n', '## 未发布\n\n- 修复 又一个。\n') }
    expect(plan('1.2.5', second).notes).toEqual({ en: '### Fixed\n\n- Another.', zh: '- 修复 又一个。' })
  })
})

describe('the version fits the changes', () => {
  const changes = {
    'fixes': [{ Fixed: ['A.'] }, ['修复 甲。']],
    'security': [{ Security: ['A.'] }, ['安全 甲。']],
    'additions': [{ Added: ['A.'] }, ['新增 甲。']],
    'changes': [{ Changed: ['A.'] }, ['优化 甲。']],
    'deprecations': [{ Deprecated: ['A.'] }, ['弃用 甲。']],
    'removals': [{ Removed: ['A.'] }, ['移除 甲，不兼容。']],
    'breaking changes': [{ Changed: ['**Breaking:** A.'] }, ['调整 甲（不兼容）。']],
  } as const satisfies Record<string, readonly [Record<string, readonly string[]>, readonly string[]]>
  type Kind = keyof typeof changes
  const of = (kind: Kind, released?: string) => repository(changes[kind][0] as unknown as Record<string, string[]>, [...changes[kind][1]], released)

  it.each<[Kind, string[], string[]]>([
    ['fixes', ['1.2.4', '1.3.0', '2.0.0', '1.2.4-beta.1'], []],
    ['security', ['1.2.4'], []],
    ['additions', ['1.3.0', '2.0.0', '1.3.0-beta.1'], ['1.2.4']],
    ['changes', ['1.3.0'], ['1.2.4']],
    ['deprecations', ['1.3.0'], ['1.2.4']],
    ['removals', ['2.0.0'], ['1.2.4', '1.3.0']],
    ['breaking changes', ['2.0.0', '2.0.0-rc.1'], ['1.2.4', '1.3.0', '1.3.0-rc.1']],
  ])('%s after 1.2.3', (kind, fitting, tooSmall) => {
    for (const version of fitting)
      expect(plan(version, of(kind)).files[CHANGELOG]).toContain(`## [${version}] - ${DATE}`)
    for (const version of tooSmall)
      expect(() => plan(version, of(kind)), version).toThrow('is too small')
  })

  it.each<[Kind, string, string[]]>([
    ['additions', '0.1.1', []],
    ['breaking changes', '0.2.0', ['0.1.1']],
    ['removals', '0.2.0', ['0.1.1']],
  ])('%s after 0.1.0, where the minor version is the one that breaks', (kind, fitting, tooSmall) => {
    const files = of(kind, '## [0.1.0] - 2026-11-01\n\n### Added\n\n- The beginning.\n')
    expect(() => plan(fitting, files)).not.toThrow()
    for (const version of tooSmall)
      expect(() => plan(version, files)).toThrow('is too small')
  })

  it('the first release may be any', () => {
    expect(() => plan('0.1.0', of('additions', ''))).not.toThrow()
  })

  it('what a pre-release told of counts for the release that follows it', () => {
    const candidate = (version: string, section: string) => `## [${version}] - 2026-11-20\n\n### ${section}\n\n- One more.\n\n${RELEASED}`
    expect(() => plan('2.0.0', of('fixes', candidate('2.0.0-rc.1', 'Removed')))).not.toThrow()
    expect(() => plan('2.0.0-rc.2', of('fixes', candidate('2.0.0-rc.1', 'Removed')))).not.toThrow()
    expect(() => plan('1.2.4', of('additions', candidate('1.2.4-rc.1', 'Fixed')))).toThrow('is too small: "added" after 1.2.3 asks for 1.3.0')
    expect(() => plan('1.2.4', of('fixes', candidate('1.2.4-rc.1', 'Added')))).toThrow('is too small')
  })

  it.each([
    ['1.2.3', 'is not above 1.2.3'],
    ['1.2.2', 'is not above 1.2.3'],
    ['1.2.5', 'leaves a version out'],
    ['1.4.0', 'leaves a version out'],
    ['v1.2.4', 'is no version'],
    ['1.3', 'is no version'],
  ])('%s is refused', (version, why) => {
    expect(() => plan(version)).toThrow(why)
  })
})

describe('what is written of the changes', () => {
  it.each([
    ['a section that Keep a Changelog does not know', repository({ Improved: ['A.'] }, ['优化 甲。']), 'Invalid change type'],
    ['no section for what is not released', { ...fix(), [CHANGELOG]: `# Changelog\n\n${RELEASED}` }, '## [Unreleased]'],
    ['no Chinese section', { ...fix(), [MARKET_LOG]: '## 1.2.3（2026-11-01）\n\n- 新增 开始。\n' }, '## 未发布'],
    ['no Chinese for a kind of change', repository({ Added: ['A.'], Fixed: ['B.'] }, ['新增 甲。']), 'says nothing of what CHANGELOG.md has under "fixed"'],
    ['no English for a kind of change', repository({ Fixed: ['B.'] }, ['修复 甲。', '安全 乙。']), 'no section "security"'],
    ['a Chinese line without its kind', repository({ Fixed: ['B.'] }, ['修复 甲。', '顺手改了乙。']), '顺手改了乙'],
    ['a breaking change that only the English tells', repository({ Changed: ['**Breaking:** A.'] }, ['调整 甲。']), '不兼容'],
    ['a breaking change that only the Chinese tells', repository({ Changed: ['A.'] }, ['调整 甲，不兼容。']), '不兼容'],
    // eslint-disable-next-line no-template-curly-in-string -- the very text
    ['what the market cannot take', repository({ Fixed: ['A.'] }, ['修复 ${name} 没有替换。']), '${'],
  ])('%s is refused', (_, files, why) => {
    expect(() => plan('2.0.0', files)).toThrow(why)
  })

  it('a day must be one', () => {
    expect(() => plan('1.2.4', fix(), '2026-13-01')).toThrow('is no day')
    expect(() => plan('1.2.4', fix(), 'today')).toThrow('is no day')
  })

  it('everything that is wrong is told at once', () => {
    expect(() => plan('1.2.9', repository({ Fixed: ['A.'] }, ['顺手改了乙。']))).toThrow(/leaves a version out[\s\S]*顺手改了乙[\s\S]*says nothing/)
  })
})

describe('this repository', () => {
  const read = () => Object.fromEntries(RELEASE_FILES.map(file => [file, readFileSync(inRoot(file), 'utf8')]))
  const release = (...args: string[]) => spawnSync(process.execPath, [inRoot('scripts/release.mjs'), ...args], { cwd: inRoot(), encoding: 'utf8' })

  /** Large enough for any kind of change; the version as it stands where none is released yet. */
  function next(files: Record<string, string>): string {
    const { version } = JSON.parse(files['package.json']!) as { version: string }
    const [major, minor] = version.split('.').map(Number) as [number, number]
    return files[CHANGELOG]!.includes(`## [${version}]`) ? (major > 0 ? `${major + 1}.0.0` : `0.${minor + 1}.0`) : version
  }

  it('can be released, or has nothing to release', () => {
    const files = read()
    if (/^## \[Unreleased\]\s+(?=## )/m.test(files[CHANGELOG]!))
      expect(() => planRelease({ version: next(files), date: DATE }, files)).toThrow(/^nothing under \[Unreleased\] in CHANGELOG\.md$/)
    else
      expect(planRelease({ version: next(files), date: DATE }, files).notes).toEqual({ en: expect.stringMatching(/### \w+\n\n- /), zh: expect.stringMatching(/^- /) })
  })

  it('is left as it is by --dry-run', () => {
    const files = read()
    const { stdout, stderr } = release(next(files), '--date', DATE, '--dry-run')
    expect(stdout + stderr).toMatch(/\n---\n\n- |nothing under/)
    expect(read()).toEqual(files)
  })

  it('is left as it is when something is wrong', () => {
    expect(release()).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('which version?') })
    expect(release('0.1', '--dry-run')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('0.1 is no version') })
    expect(release('--day', DATE)).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('--day') })
  })
})
