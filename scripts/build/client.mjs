import { cpSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import ts from 'typescript'
import { build } from 'esbuild'
import { isThere, listFiles, writeText } from '../lib/files.mjs'
import { inRoot, root } from '../lib/root.mjs'
import { bundleEngines } from './engine.mjs'
import { emitClientTypes } from './types.mjs'

/** Copied as they are: components are compiled by the app that uses them. */
const COPIED = ['components', 'types']
/** Bundled into one engine per platform; each module that others import keeps its place and leads there. */
const BUNDLED = ['js_sdk', 'composables']
/** Imports a package, so it is bundled by itself: an app that installs the plugin has no node_modules for it. */
const WITH_PACKAGE = 'js_sdk/qrcode'
/** Packages every uni-app has. */
const ALLOWED = new Set(['vue', '@dcloudio/uni-app'])

/**
 * Assembles the client. A mini-program keeps every module as a file of its own, with its own `require`s
 * and names that no minifier may shorten, so what has no template is bundled first.
 */
export async function buildClient(plugin, version) {
  for (const folder of COPIED)
    cpSync(inRoot(folder), `${plugin}/${folder}`, { recursive: true })
  cpSync(inRoot('js_sdk/vk-pay.js'), `${plugin}/js_sdk/vk-pay.js`)
  await bundleQrcode(plugin)
  const modules = doors(plugin)
  await bundleEngines(plugin, { version, modules, apart: WITH_PACKAGE })
  leadToEngine(`${plugin}/components`, modules)
  emitClientTypes(plugin, BUNDLED)
  writeText(`${plugin}/js_sdk/vk-pay.d.ts`, `export * from './index'\nexport { default } from './index'\n`)
  for (const folder of [...COPIED, ...BUNDLED, 'engine', 'pages'])
    checkImports(`${plugin}/${folder}`)
}

async function bundleQrcode(plugin) {
  const licence = readFileSync(inRoot('node_modules/uqr/LICENSE'), 'utf8').trim()
  await build({
    absWorkingDir: root,
    entryPoints: [`${WITH_PACKAGE}.ts`],
    outfile: `${plugin}/${WITH_PACKAGE}.js`,
    bundle: true,
    format: 'esm',
    target: 'es2015',
    charset: 'utf8',
    banner: { js: `/*\nContains parts of uqr.\n\n${licence}\n*/` },
    logLevel: 'warning',
  })
}

/** The modules of the engine that are imported from outside of it: by people, and by our components. */
function doors(plugin) {
  const found = new Set(['js_sdk/index'])
  for (const file of listFiles(inRoot('composables')).filter(name => name.endsWith('/index.ts')))
    found.add(`composables/${file.replace('.ts', '')}`)
  for (const [file, script] of scriptsIn(`${plugin}/components`)) {
    // types need no code
    const code = ts.transpileModule(script, { compilerOptions: { target: ts.ScriptTarget.ESNext, verbatimModuleSyntax: true } }).outputText
    for (const name of importsOf(code)) {
      const module = moduleOf(`components/${file}`, name)
      if (BUNDLED.includes(module.split('/')[0]) && module !== WITH_PACKAGE)
        found.add(module)
    }
  }
  return [...found].sort()
}

/** Our components need no door: each would be one more file of the mini-program. Types stay where they are. */
function leadToEngine(folder, modules) {
  for (const file of listFiles(folder).filter(name => /\.(?:vue|ts)$/.test(name))) {
    const text = readFileSync(`${folder}/${file}`, 'utf8')
    const up = '../'.repeat(file.split('/').length)
    writeText(`${folder}/${file}`, text.replace(/(?<=^import \{[^}]*\} from ')\.[^']+(?=')/gm, name =>
      modules.includes(moduleOf(`components/${file}`, name)) ? `${up}engine/index.js` : name))
  }
}

/** What `name` means in `file`, as a path in the repository without extension. */
function moduleOf(file, name) {
  const path = posix.join(posix.dirname(file), name)
  return isThere(inRoot(`${path}/index.ts`)) ? `${path}/index` : path
}

/** The plugin must run in an app that has nothing installed but uni-app. */
function checkImports(folder) {
  for (const [file, script] of scriptsIn(folder)) {
    for (const name of importsOf(script)) {
      if (!name.startsWith('.') && !ALLOWED.has(name))
        throw new Error(`${file} imports "${name}": the plugin may import nothing but its own files, ${[...ALLOWED].join(' and ')}`)
    }
  }
}

function importsOf(script) {
  return ts.preProcessFile(script, true, true).importedFiles.map(({ fileName }) => fileName)
}

function scriptsIn(folder) {
  return listFiles(folder)
    .filter(name => /\.(?:vue|ts|js)$/.test(name))
    .map(file => [file, scriptOf(file, readFileSync(`${folder}/${file}`, 'utf8'))])
}

function scriptOf(file, text) {
  return file.endsWith('.vue') ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(match => match[1]).join('\n') : text
}
