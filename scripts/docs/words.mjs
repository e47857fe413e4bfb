import { zh } from './words-zh.mjs'

const used = new Set()
const missing = new Set()
const missingLine = text => `  missing: ${JSON.stringify(text)}`

/**
 * What the sources say in English, in the language of the page. The Chinese is written by hand, keyed
 * by the English: who changes a sentence in the sources is told that the Chinese of it is gone.
 */
export function say(language, text) {
  if (language === 'en' || text === '')
    return text
  used.add(text)
  if (zh[text] === undefined)
    missing.add(text)
  return zh[text] ?? text
}

/** @throws Error naming each sentence that has no Chinese */
export function checkMissing() {
  complain([...missing].map(missingLine))
}

/** @throws Error naming those, and each that nobody says any more */
export function checkWords() {
  const stale = Object.keys(zh).filter(text => !used.has(text))
  complain([...[...missing].map(missingLine), ...stale.map(text => `  nobody says: ${JSON.stringify(text)}`)])
}

function complain(lines) {
  if (lines.length > 0)
    throw new Error(`scripts/docs/words-zh.mjs\n${lines.join('\n')}`)
}
