import { cpSync, rmSync } from 'node:fs'
import { isThere, writeText } from '../lib/files.mjs'
import { inRoot } from '../lib/root.mjs'
import { bundle } from './bundle.mjs'

const CLOUD = 'uni_modules/vk-uni-pay/uniCloud'
const CORE = `${CLOUD}/cloudfunctions/common/vk-uni-pay`
/** Present in every space that has a config file. */
const CONFIG_CENTER = 'uni-config-center'

/** The payment core as one file for Node 12 without packages, the URL-ized function and the database as they are. */
export async function buildCloud(plugin, version) {
  const core = `${plugin}/uniCloud/cloudfunctions/common/vk-uni-pay`
  rmSync(`${plugin}/uniCloud`, { recursive: true, force: true })
  await bundle({
    entry: `${CORE}/src/index.ts`,
    outfile: `dist/${CORE}/index.js`,
    format: 'cjs',
    target: 'node12',
    external: [CONFIG_CENTER],
    cloud: true,
  })
  if (isThere(inRoot(CORE, 'package.json')))
    cpSync(inRoot(CORE, 'package.json'), `${core}/package.json`)
  else
    writeText(`${core}/package.json`, manifest(version))
  cpSync(inRoot(CLOUD, 'cloudfunctions/vk-pay'), `${plugin}/uniCloud/cloudfunctions/vk-pay`, { recursive: true })
  cpSync(inRoot(CLOUD, 'database'), `${plugin}/uniCloud/database`, { recursive: true })
}

function manifest(version) {
  return `${JSON.stringify({
    name: 'vk-uni-pay',
    version,
    main: 'index.js',
    dependencies: { [CONFIG_CENTER]: `file:../../../../../${CONFIG_CENTER}/uniCloud/cloudfunctions/common/${CONFIG_CENTER}` },
  }, null, 2)}\n`
}
