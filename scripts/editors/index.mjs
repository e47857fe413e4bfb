/** What editors read, made from the same declarations as the documentation. */
import { readFileSync } from 'node:fs'
import { checkMissing } from '../docs/words.mjs'
import { writeText } from '../lib/files.mjs'
import { describedComponents } from './described.mjs'
import { easycomJson, vetur, vueDoc } from './hbuilderx.mjs'
import { filledIn, hbuilderxSnippets, snippets, usage, vscodeSnippets } from './snippets.mjs'
import { webTypes } from './web-types.mjs'

/** Folder of what an author copies or names; the rest stands beside the components. */
export const FOLDER = 'editor'

const json = value => `${JSON.stringify(value, null, 2)}\n`

/** Into the assembled plugin. @throws Error when a component has no usage, or a sentence no Chinese */
export function addEditorFiles(plugin, version) {
  const components = describedComponents()
  for (const component of components) {
    const { tag } = component
    if (!usage[tag])
      throw new Error(`scripts/editors/snippets.mjs: nobody says how <${tag}> is written`)
    const example = filledIn(usage[tag])
    const file = `${plugin}/components/${tag}/${tag}`
    writeText(`${file}.easycom.json`, json(easycomJson(component, example)))
    writeText(`${file}.vue`, withVueDoc(readFileSync(`${file}.vue`, 'utf8'), vueDoc(component, example)))
  }
  writeText(`${plugin}/${FOLDER}/web-types.json`, json(webTypes(components, { version, toComponents: '../components' })))
  addSnippets(`${plugin}/${FOLDER}`, 'plugin')
  checkMissing()
}

/**
 * Beside those of the plugin, which the command `add` copies into a project: in node_modules what is
 * imported has another name, and HBuilderX reads what Vetur does.
 */
export function addPackageEditorFiles(folder) {
  const { tags, attributes } = vetur(describedComponents())
  writeText(`${folder}/${FOLDER}/npm/tags.json`, json(tags))
  writeText(`${folder}/${FOLDER}/npm/attributes.json`, json(attributes))
  addSnippets(`${folder}/${FOLDER}/npm`, 'npm')
}

/** Fields of the package's package.json that lead there. */
export const packageFields = {
  'web-types': `./${FOLDER}/web-types.json`,
  'vetur': { tags: `./${FOLDER}/npm/tags.json`, attributes: `./${FOLDER}/npm/attributes.json` },
}

function addSnippets(folder, installed) {
  const list = snippets(installed)
  writeText(`${folder}/vk-uni-pay.code-snippets`, json(vscodeSnippets(list)))
  writeText(`${folder}/hbuilderx-snippets.json`, json(hbuilderxSnippets(list)))
}

/** At the head of the script, where `export default` would be looked for a comment. */
function withVueDoc(vue, comment) {
  const [opening] = vue.match(/<script setup[^>]*>\n/)
  return vue.replace(opening, `${opening}${comment}\n`)
}
