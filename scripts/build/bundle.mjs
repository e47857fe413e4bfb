import { builtinModules } from 'node:module'
import { build } from 'esbuild'
import { inRoot, root } from '../lib/root.mjs'

const builtins = new Set(builtinModules)
const isBuiltin = path => path.startsWith('node:') || builtins.has(path)

/** What the core may never carry into a cloud function: it has a database of its own. */
const NODE_HOST_ONLY = /(?:^|\/)node_modules\/(?:knex|libsql|mingo|pg)\//

/**
 * `require('crypto')`, not `require('node:crypto')`: the prefix is unknown to Node 12, which cloud functions run on.
 */
const oldBuiltinNames = {
  name: 'old-builtin-names',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path }) => ({ path: path.slice('node:'.length), external: true }))
  },
}

/**
 * Bundles one entry and checks what is left outside of it.
 *
 * @param {object} options
 * @param {string} options.entry source file, relative to the repository
 * @param {string} options.outfile target file, relative to the repository
 * @param {'esm' | 'cjs'} options.format
 * @param {string} options.target such as `node12`
 * @param {string[]} [options.external] packages that stay outside, and nothing else may
 * @param {string} [options.banner] code that goes first
 * @param {boolean} [options.cloud] for a cloud function: old names of built-ins, no package of the Node host
 */
export async function bundle({ entry, outfile, format, target, external = [], cloud = false, banner }) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: inRoot(outfile),
    bundle: true,
    platform: 'node',
    format,
    target,
    external,
    charset: 'utf8',
    legalComments: 'inline',
    metafile: true,
    banner: banner ? { js: banner } : undefined,
    plugins: cloud ? [oldBuiltinNames] : [],
    logLevel: 'warning',
  })
  check(metafile, { entry, external, cloud })
  return metafile
}

function check(metafile, { entry, external, cloud }) {
  const isAllowed = path => isBuiltin(path) || external.some(name => path === name || path.startsWith(`${name}/`))
  const foreign = Object.values(metafile.outputs)
    .flatMap(output => output.imports)
    .filter(({ external: outside, path }) => outside && !isAllowed(path))
    .map(({ path }) => path)
  if (foreign.length > 0)
    throw new Error(`${entry} must not import ${foreign.join(', ')}: allowed are built-ins of Node${external.map(name => `, ${name}`).join('')}`)
  const hostOnly = Object.keys(metafile.inputs).filter(path => cloud && NODE_HOST_ONLY.test(path))
  if (hostOnly.length > 0)
    throw new Error(`${entry} must run without packages, but carries ${hostOnly[0]} (and ${hostOnly.length - 1} more of its kind)`)
}
