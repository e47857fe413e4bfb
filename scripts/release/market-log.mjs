/** `uni_modules/vk-uni-pay/changelog.md`, in the form of DCloud's market: `## 1.2.3（2026-01-31）`, a list below. */

/** How a line begins, by the section of CHANGELOG.md that it stands for. */
const WORDS = { added: ['新增'], changed: ['调整', '优化'], deprecated: ['弃用'], removed: ['移除'], fixed: ['修复'], security: ['安全'] }
const UNRELEASED = '## 未发布'
const BREAKING = '不兼容'

/** The lines of what is not released yet. */
export function unreleasedLines(text) {
  const [, section] = text.match(/^## 未发布\n([\s\S]*?)(?=^## |(?![\s\S]))/m) ?? []
  return section?.split('\n').filter(line => line.startsWith('- ')).map(line => line.slice(2))
}

/** @returns what is wrong beside the English `sections`: both must tell of the same kinds of change */
export function marketProblems(text, sections, breaking) {
  const lines = unreleasedLines(text)
  if (!lines)
    return [`changelog.md has no section "${UNRELEASED}"`]
  const kinds = Object.entries(WORDS)
  const kindOf = line => kinds.find(([, words]) => words.some(word => line.startsWith(word)))?.[0]
  const told = new Set(lines.map(kindOf))
  return [
    ...lines.filter(line => !kindOf(line)).map(line => `changelog.md: a line begins with one of ${kinds.flatMap(([, words]) => words).join(' ')}: ${line}`),
    ...Object.keys(sections).filter(type => !told.has(type)).map(type => `changelog.md says nothing of what CHANGELOG.md has under "${type}" (${WORDS[type].join(', ')})`),
    ...kinds.map(([type]) => type).filter(type => told.has(type) && !(type in sections)).map(type => `changelog.md has "${WORDS[type][0]}", CHANGELOG.md no section "${type}"`),
    ...breaking !== lines.some(line => line.includes(BREAKING)) ? [`a breaking change is "**Breaking:**" in CHANGELOG.md and "${BREAKING}" in changelog.md, in both or in none`] : [],
    // the market's upload once broke on it
    ...text.includes('${') ? ['changelog.md must not contain "${"'] : [],
  ]
}

export const dateMarketLog = (text, version, date) => text.replace(UNRELEASED, `${UNRELEASED}\n\n## ${version}（${date}）`)

/** As the market gets it: a section without a line would be a version without a name. */
export const withoutEmptySection = text => text.replace(/^## 未发布\n+(?=## )/m, '')
