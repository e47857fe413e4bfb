import { rmSync } from 'node:fs'
import { inRoot } from '../lib/root.mjs'
import { bundle } from './bundle.mjs'
import { emitTypes } from './types.mjs'

const CORE_SRC = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src'
/** What the Node host brings along; `pg` only where PostgreSQL is used. */
const HOST_PACKAGES = ['knex', 'libsql', 'mingo', 'pg', 'prom-client']
/** Lets bundled CommonJS packages call `require` for built-ins. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);`

/** `dist/node`: the core and the SQL stores for a server of one's own. */
export async function buildNode() {
  rmSync(inRoot('dist/node'), { recursive: true, force: true })
  await bundle({ entry: `${CORE_SRC}/node.ts`, outfile: 'dist/node/index.js', format: 'esm', target: 'node20', external: HOST_PACKAGES })
  emitTypes(`${CORE_SRC}/node.ts`, 'dist/node')
}

/** `dist/gateway`: the local channel, as a module and as a program. */
export async function buildGateway() {
  rmSync(inRoot('dist/gateway'), { recursive: true, force: true })
  for (const name of ['index', 'main'])
    await bundle({ entry: `examples/gateway/src/${name}.ts`, outfile: `dist/gateway/${name}.js`, format: 'esm', target: 'node20', banner: REQUIRE })
}

/** `dist/server`: the demo's host, as a module and as a program. It uses `dist/node`, as anybody's would. */
export async function buildServer() {
  rmSync(inRoot('dist/server'), { recursive: true, force: true })
  for (const name of ['index', 'main'])
    await bundle({ entry: `examples/server/src/${name}.ts`, outfile: `dist/server/${name}.js`, format: 'esm', target: 'node20', external: ['vk-uni-pay/node'] })
}
