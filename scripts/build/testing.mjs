import { build } from 'esbuild'
import { root } from '../lib/root.mjs'
import { emitFiles } from './types.mjs'

const SOURCES = 'testing/node'
/** Each a file of the package; what they share is in each. */
const ENTRIES = ['node', 'vite', 'uni-app']
/** What the types of the entries are made of. */
const DECLARED = ['node', 'node-types', 'merchant', 'shop', 'vite']
/** What lies beside it in the package, and is not carried twice. */
const BESIDE = [[/^vk-uni-pay\/node$/, '../node/index.js'], [/examples\/gateway\/src\/index$/, '../gateway/index.js']]

const beside = {
  name: 'beside',
  setup({ onResolve }) {
    for (const [filter, path] of BESIDE)
      onResolve({ filter }, () => ({ path, external: true }))
  },
}

/** The testing kit's parts for Node, into the folder `testing` of the npm package. */
export async function buildTesting(folder) {
  await build({
    absWorkingDir: root,
    entryPoints: ENTRIES.map(name => ({ in: `${SOURCES}/${name}.ts`, out: name })),
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    charset: 'utf8',
    external: ['vue'],
    plugins: [beside],
    logLevel: 'warning',
  })
  emitFiles(DECLARED.map(name => `${SOURCES}/${name}.ts`), SOURCES, folder)
}
