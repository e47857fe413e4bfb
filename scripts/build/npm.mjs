import { chmodSync, rmSync } from 'node:fs'
import { hashOf } from '../../cli/add.mjs'
import { addPackageEditorFiles, packageFields } from '../editors/index.mjs'
import { copyFresh, listFiles, readJson, writeText } from '../lib/files.mjs'
import { inRoot } from '../lib/root.mjs'
import { nameDeclarations } from './declarations.mjs'
import { buildTesting } from './testing.mjs'

/** What an app imports by the package's own name; everything else has a path of its own. */
const COMPOSABLES = ['usePayment', 'usePaymentStatus', 'useChannels']
/** What `vk-uni-pay/node` imports: wanted by servers, not by apps. */
const SERVER_PACKAGES = ['knex', 'libsql', 'mingo', 'pg', 'prom-client']
/** What `vk-uni-pay/testing/vite` needs of a project that tests. */
const TEST_PACKAGES = ['@dcloudio/uni-cli-shared', 'vite']
const COMMAND = 'cli/vk-uni-pay.mjs'
/** Beside the plugin: the Node host, the local gateway, the command. */
const BESIDE = { 'dist/node': 'node', 'dist/gateway': 'gateway', 'cli': 'cli' }

/**
 * `dist/npm`: the assembled plugin as an npm package, with the Node host, the gateway and the command
 * `vk-uni-pay` beside it. Its package.json is the plugin's and npm's in one.
 */
export async function buildNpm(plugin, version) {
  const folder = inRoot('dist/npm')
  rmSync(folder, { recursive: true, force: true })
  copyFresh(plugin, folder)
  const ofPlugin = listFiles(plugin).filter(file => file !== 'package.json')
  for (const [from, to] of Object.entries(BESIDE))
    copyFresh(inRoot(from), `${folder}/${to}`)
  // npm does it when it installs a package, and not when that is a link to this folder
  chmodSync(`${folder}/${COMMAND}`, 0o755)
  await buildTesting(`${folder}/testing`)
  addPackageEditorFiles(folder)
  writeText(`${folder}/index.js`, index())
  writeText(`${folder}/index.d.ts`, index())
  nameDeclarations(folder)
  const market = readJson(`${plugin}/package.json`)
  writeText(`${folder}/cli/plugin.json`, json({ version, manifest: market, files: Object.fromEntries(ofPlugin.map(file => [file, hashOf(`${folder}/${file}`)])) }))
  writeText(`${folder}/package.json`, json(manifest(market, version)))
}

function index() {
  return [
    `export * from './js_sdk/index.js'\n`,
    `export { default } from './js_sdk/index.js'\n`,
    ...COMPOSABLES.map(name => `export * from './composables/${name}/index.js'\n`),
  ].join('')
}

function manifest(plugin, version) {
  const { devDependencies } = readJson(inRoot('package.json'))
  const { id, uni_modules, dcloudext, displayName, keywords, description, engines } = plugin
  const typed = (path, types = `${path}.d.ts`) => ({ types: `./${types}`, default: `./${path}.js` })
  return {
    name: 'vk-uni-pay',
    version,
    type: 'module',
    description,
    license: 'MIT',
    keywords: [...new Set([...keywords, 'uni-app', 'vue', 'payment', 'alipay'])],
    id,
    displayName,
    engines: { ...engines, node: '>=20' },
    bin: { 'vk-uni-pay': COMMAND },
    main: './index.js',
    types: './index.d.ts',
    exports: {
      '.': typed('index'),
      ...Object.fromEntries([...COMPOSABLES, 'useCountdown', 'usePaymentStore'].map(name => [`./composables/${name}`, typed(`composables/${name}/index`)])),
      './js_sdk': typed('js_sdk/index'),
      './js_sdk/vk-pay.js': typed('js_sdk/vk-pay'),
      './node': typed('node/index'),
      './testing': typed('testing/index'),
      './testing/node': typed('testing/node'),
      './testing/vite': typed('testing/vite'),
      './components/*/types': { types: './components/*/types.ts' },
      './components/*': './components/*',
      './pages/*': './pages/*',
      './types/*': './types/*',
      './global': { types: './types/components.d.ts' },
      './package.json': './package.json',
    },
    // a component's style is an effect; what is only imported for a name is not
    sideEffects: ['**/*.vue', '**/*.css', './cli/*', './gateway/*'],
    peerDependencies: { vue: '^3.4.21', pinia: '^2.0.0', ...pick(devDependencies, SERVER_PACKAGES), ...Object.fromEntries(TEST_PACKAGES.map(name => [name, '*'])) },
    peerDependenciesMeta: Object.fromEntries(['pinia', ...SERVER_PACKAGES, ...TEST_PACKAGES].map(name => [name, { optional: true }])),
    ...packageFields,
    dcloudext,
    uni_modules,
  }
}

function pick(versions, names) {
  return Object.fromEntries(names.map((name) => {
    const version = versions[name]
    if (!version)
      throw new Error(`package.json lists no ${name}`)
    return [name, `^${version}`]
  }))
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`
}
