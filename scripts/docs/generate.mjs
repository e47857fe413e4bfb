/**
 * Writes what the pages include, `docs/.generated/{zh,en}/*.md` and the diagram: read out of types, JSDoc
 * and tables of the sources, so that a page cannot say other than the code.
 */
import { rmSync } from 'node:fs'
import { describedComponents } from '../editors/described.mjs'
import { snippets } from '../editors/snippets.mjs'
import { writeText } from '../lib/files.mjs'
import { inRoot } from '../lib/root.mjs'
import { apiPages } from './api-pages.mjs'
import { abilitiesPage, matrixPage, outcomeCounts, outcomesPage } from './channel-pages.mjs'
import { channelErrorsPage, clientErrorsPage, cloudErrorsPage, flowPage, flowSvg, metricsPage, pollPage, schedulePage, textsPage } from './engine-pages.mjs'
import { cell, code, table } from './markdown.mjs'
import { cloudPage, confirmingPage, modulesPage, sizePage, tapPage } from './performance-pages.mjs'
import { checkWords } from './words.mjs'

export const generated = inRoot('docs/.generated')

async function pagesIn(language) {
  return {
    ...apiPages(language),
    'matrix': await matrixPage(language),
    'abilities': await abilitiesPage(language),
    'outcomes': await outcomesPage(language),
    'outcome-counts': await outcomeCounts(language),
    'flow': await flowPage(language),
    'errors-client': await clientErrorsPage(language),
    'errors-cloud': await cloudErrorsPage(language),
    'errors-wxpay': await channelErrorsPage(language, 'wxpay'),
    'errors-alipay': await channelErrorsPage(language, 'alipay'),
    'metrics': metricsPage(language),
    'texts': await textsPage(language),
    'schedule': await schedulePage(language),
    'poll': await pollPage(language),
    'snippets': snippetsPage(language),
    'performance-size': sizePage(language),
    'performance-modules': await modulesPage(language),
    'performance-tap': tapPage(language),
    'performance-confirming': confirmingPage(language),
    ...Object.fromEntries(['verify', 'effects', 'processes', 'coldstart', 'memory', 'growth'].map(name => [`performance-cloud-${name}`, cloudPage(language, name)])),
  }
}

function snippetsPage(language) {
  const [typed, becomes] = { zh: ['敲', '得到'], en: ['type', 'and get'] }[language]
  return [table([typed, becomes], snippets('plugin').map(({ prefix, description, en }) => [code(prefix), cell(language === 'zh' ? description.replace(/<.*>/, '`$&`') : en)]))]
}

/** @returns how many files @throws Error naming what has no words in one of the languages */
export async function generate() {
  rmSync(generated, { recursive: true, force: true })
  let files = 1
  for (const language of ['zh', 'en']) {
    for (const [name, parts] of Object.entries(await pagesIn(language))) {
      writeText(`${generated}/${language}/${name}.md`, `${parts.filter(Boolean).join('\n\n')}\n`)
      files++
    }
  }
  writeText(`${generated}/flow.svg`, await flowSvg())
  // what editors show says some sentences that no page says
  describedComponents()
  checkWords()
  return files
}
