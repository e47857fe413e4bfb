import { zh } from './words-zh.mjs'

const used = new Set()
const missing = new Set()

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

/** @throws Error naming each sentence that has no Chinese, and each that nobody says any more */
export function checkWords() {
  const stale = Object.keys(zh).filter(text => !used.has(text))
  if (missing.size + stale.length > 0)
    throw new Error(`scripts/docs/words-zh.mjs\n${[...missing].map(text => `  missing: ${JSON.stringify(text)}`).concat(stale.map(text => `  nobody says: ${JSON.stringify(text)}`)).join('\n')}`)
}
