import { cpSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { build } from 'esbuild'
import { listFiles, writeText } from '../lib/files.mjs'
import { inRoot, root } from '../lib/root.mjs'

const SOURCES = ['components', 'composables', 'js_sdk', 'types']
/** Imports a package, so it is bundled: an app that installs the plugin has no node_modules for it. */
const BUNDLED = 'js_sdk/qrcode.ts'
/** Packages every uni-app has. */
const ALLOWED = new Set(['vue', '@dcloudio/uni-app'])

/** Copies the client's sources as they are, conditional comments and all, and bundles what needs a package. */
export async function buildClient(plugin) {
  for (const folder of SOURCES)
    cpSync(inRoot(folder), `${plugin}/${folder}`, { recursive: true, filter: from => !from.endsWith(BUNDLED) })
  await bundleQrcode(plugin)
  writeText(`${plugin}/js_sdk/vk-pay.d.ts`, `export * from './index'\nexport { default } from './index'\n`)
  for (const folder of [...SOURCES, 'pages'])
    checkImports(`${plugin}/${folder}`)
}

async function bundleQrcode(plugin) {
  const licence = readFileSync(inRoot('node_modules/uqr/LICENSE'), 'utf8').trim()
  await build({
    absWorkingDir: root,
    entryPoints: [BUNDLED],
    outfile: `${plugin}/${BUNDLED.replace('.ts', '.js')}`,
    bundle: true,
    format: 'esm',
    target: 'es2015',
    charset: 'utf8',
    banner: { js: `/*\nContains parts of uqr.\n\n${licence}\n*/` },
    logLevel: 'warning',
  })
  const source = readFileSync(inRoot(BUNDLED), 'utf8')
  const { outputText } = ts.transpileDeclaration(source, { fileName: BUNDLED, compilerOptions: { target: ts.ScriptTarget.ES2022 } })
  writeText(`${plugin}/${BUNDLED.replace('.ts', '.d.ts')}`, outputText)
}

/** The plugin must run in an app that has nothing installed but uni-app. */
function checkImports(folder) {
  for (const file of listFiles(folder).filter(name => /\.(?:vue|ts|js)$/.test(name))) {
    const text = readFileSync(`${folder}/${file}`, 'utf8')
    for (const { fileName } of ts.preProcessFile(scriptOf(file, text), true, true).importedFiles) {
      if (!fileName.startsWith('.') && !ALLOWED.has(fileName))
        throw new Error(`${file} imports "${fileName}": the plugin may import nothing but its own files, ${[...ALLOWED].join(' and ')}`)
    }
  }
}

function scriptOf(file, text) {
  return file.endsWith('.vue') ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(match => match[1]).join('\n') : text
}
