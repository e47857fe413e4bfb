import { cpSync, readFileSync, rmSync } from 'node:fs'
import { posix } from 'node:path'
import ts from 'typescript'
import { build } from 'esbuild'
import { isThere, listFiles, writeText } from '../lib/files.mjs'
import { inRoot, root } from '../lib/root.mjs'
import { addEditorFiles } from '../editors/index.mjs'
import { nameDeclarations } from './declarations.mjs'
import { bundleEngines } from './engine.mjs'
import { emitClientTypes } from './types.mjs'

/** Not bundled: components are compiled by the app that uses them, and what needs a package not every app has is for those who have it. */
const COPIED = ['components', 'composables/usePaymentStore', 'types']
/** Bundled into one engine per platform; each module that others import keeps its place and leads there. */
const BUNDLED = ['js_sdk', 'composables']
/** Imports a package, so it is bundled by itself: an app that installs the plugin has no node_modules for it. */
const WITH_PACKAGE = 'js_sdk/qrcode'
/** For tests, and bundled by itself: what does not import it does not carry it. */
const TESTING = 'testing/index'
/** Packages every uni-app has. */
const ALLOWED = ['vue', '@dcloudio/uni-app']
/** Packages only those need who import this. */
const OPTIONAL = { 'composables/usePaymentStore': ['pinia'] }

/**
 * Assembles the client. A mini-program keeps every module as a file of its own, with its own `require`s
 * and names that no minifier may shorten, so what has no template is bundled first.
 */
export async function buildClient(plugin, version) {
  for (const folder of COPIED)
    cpSync(inRoot(folder), `${plugin}/${folder}`, { recursive: true })
  cpSync(inRoot('js_sdk/vk-pay.js'), `${plugin}/js_sdk/vk-pay.js`)
  await bundleQrcode(plugin)
  await bundleTesting(plugin)
  const copied = COPIED.flatMap(folder => scriptsIn(inRoot(folder)).map(([file, script]) => [`${folder}/${file}`, script]))
  const modules = doors(copied)
  await bundleEngines(plugin, { version, modules, apart: WITH_PACKAGE })
  for (const [file] of copied)
    leadToEngine(plugin, file, modules)
  emitClientTypes(plugin, BUNDLED, [`${TESTING}.ts`])
  for (const [file] of copied.filter(([file]) => file.startsWith('composables/')))
    toScript(plugin, file)
  writeText(`${plugin}/js_sdk/vk-pay.d.ts`, `export * from './index'\nexport { default } from './index'\n`)
  // as in the npm package: whoever copies the plugin by hand has the same files
  nameDeclarations(plugin)
  addEditorFiles(plugin, version)
  for (const folder of [...COPIED, 'js_sdk', 'engine', 'pages', 'testing'])
    checkImports(plugin, folder, [...ALLOWED, ...OPTIONAL[folder] ?? []])
}

async function bundleQrcode(plugin) {
  const licence = readFileSync(inRoot('node_modules/lean-qr/LICENSE'), 'utf8').trim()
  await build({
    absWorkingDir: root,
    entryPoints: [`${WITH_PACKAGE}.ts`],
    outfile: `${plugin}/${WITH_PACKAGE}.js`,
    bundle: true,
    inject: ['js_sdk/text-encoder.ts'],
    format: 'esm',
    target: 'es2015',
    charset: 'utf8',
    banner: { js: `/*\nContains lean-qr.\n\n${licence}\n*/` },
    logLevel: 'warning',
  })
}

async function bundleTesting(plugin) {
  await build({
    absWorkingDir: root,
    entryPoints: [`${TESTING}.ts`],
    outfile: `${plugin}/${TESTING}.js`,
    bundle: true,
    format: 'esm',
    target: 'es2018',
    charset: 'utf8',
    logLevel: 'warning',
  })
}

/** The modules of the engine that are imported from outside of it: by people, and by what is `copied`. */
function doors(copied) {
  const found = new Set(['js_sdk/index'])
  for (const file of listFiles(inRoot('composables')).filter(name => name.endsWith('/index.ts')))
    found.add(`composables/${file.replace('.ts', '')}`)
  for (const [file, script] of copied) {
    // types need no code
    const code = ts.transpileModule(script, { compilerOptions: { target: ts.ScriptTarget.ESNext, verbatimModuleSyntax: true } }).outputText
    for (const name of importsOf(code)) {
      const module = moduleOf(file, name)
      if (BUNDLED.includes(module.split('/')[0]) && module !== WITH_PACKAGE)
        found.add(module)
    }
  }
  return [...found].filter(module => !COPIED.some(folder => module.startsWith(`${folder}/`))).sort()
}

/** Our own files need no door: each would be one more file of the mini-program. Types stay where they are. */
function leadToEngine(plugin, file, modules) {
  const text = readFileSync(`${plugin}/${file}`, 'utf8')
  const up = '../'.repeat(file.split('/').length - 1)
  writeText(`${plugin}/${file}`, text.replace(/(?<=^import \{[^}]*\} from ')\.[^']+(?=')/gm, name =>
    modules.includes(moduleOf(file, name)) ? `${up}engine/index.js` : name))
}

/** Its types stand beside it: people import it from where it is. */
function toScript(plugin, file) {
  const { outputText } = ts.transpileModule(readFileSync(`${plugin}/${file}`, 'utf8'), { compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext } })
  writeText(`${plugin}/${file.replace(/ts$/, 'js')}`, outputText)
  rmSync(`${plugin}/${file}`)
}

/** What `name` means in `file`, as a path in the repository without extension. */
function moduleOf(file, name) {
  const path = posix.join(posix.dirname(file), name)
  return isThere(inRoot(`${path}/index.ts`)) ? `${path}/index` : path
}

/** The plugin must run in an app that has nothing installed but uni-app. */
function checkImports(plugin, folder, allowed) {
  for (const [file, script] of scriptsIn(`${plugin}/${folder}`)) {
    for (const name of importsOf(script)) {
      if (!name.startsWith('.') && !allowed.includes(name))
        throw new Error(`${folder}/${file} imports "${name}": it may import nothing but files of the plugin and ${allowed.join(', ')}`)
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
