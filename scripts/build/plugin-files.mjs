import { cpSync, readFileSync } from 'node:fs'
import { readJson, writeText } from '../lib/files.mjs'
import { inRoot } from '../lib/root.mjs'
import { withoutEmptySection } from '../release/market-log.mjs'

const FILES = ['package.json', 'readme.md', 'pages']

/** What makes a folder a plugin of the DCloud market: manifest, texts, the ready pages, the licence. */
export function copyPluginFiles(plugin, version) {
  const manifest = readJson(inRoot('uni_modules/vk-uni-pay/package.json'))
  if (manifest.version !== version)
    throw new Error(`uni_modules/vk-uni-pay/package.json says version ${manifest.version}, package.json says ${version}: make them the same`)
  for (const name of FILES)
    cpSync(inRoot('uni_modules/vk-uni-pay', name), `${plugin}/${name}`, { recursive: true })
  writeText(`${plugin}/changelog.md`, withoutEmptySection(readFileSync(inRoot('uni_modules/vk-uni-pay/changelog.md'), 'utf8')))
  cpSync(inRoot('LICENSE'), `${plugin}/LICENSE`)
}
