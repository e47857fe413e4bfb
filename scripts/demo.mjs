/**
 * `npm run demo`: builds what is missing or older than its sources, starts gateway, server and
 * shop, prints the address, and stops on Ctrl-C.
 */
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { startStack } from './lib/local-stack.mjs'
import { inRoot } from './lib/root.mjs'

const SHOP_PORT = 8787
const GATEWAY_PORT = 8790
const NEXT_PORTS = 50
/** Notifications are retried after seconds rather than hours. */
const SPEED = 60

function build(title, script, ...args) {
  console.log(`${title} …`)
  const { status, stdout, stderr } = spawnSync(process.execPath, [inRoot(script), ...args], { encoding: 'utf8' })
  if (status !== 0) {
    console.error(stdout, stderr)
    console.error(`${title}: failed, see above.`)
    process.exit(1)
  }
}

function saidPort(name, url, wanted) {
  const port = Number(new URL(url).port)
  if (port !== wanted)
    console.log(`Port ${wanted} is taken, so the ${name} took ${port}.`)
}

/** The server's log, in words: what a person watching a payment wants to see. */
function log(level, event, fields) {
  const words = Object.entries(fields ?? {}).filter(([, value]) => value !== undefined).map(([key, value]) => `${key}=${value}`).join(' ')
  console.log(`  ${level === 'info' ? '·' : '!'} ${event} ${words}`)
}

build('Assembling the plugin', 'scripts/build.mjs')
build('Building the shop for H5, about a minute', 'scripts/build-shop.mjs', 'h5')

const { gateway, server, close } = await startStack({
  gateway: { port: GATEWAY_PORT, nextPorts: NEXT_PORTS, speed: SPEED },
  server: { port: SHOP_PORT, nextPorts: NEXT_PORTS, shop: inRoot('examples/shop/dist/build/h5'), log },
})
saidPort('shop', server.url, SHOP_PORT)
saidPort('gateway', gateway.url, GATEWAY_PORT)
console.log(`
  Shop      ${server.url}/
  Gateway   ${gateway.url}/   (a local WeChat Pay; no real money)

Buy something, and pay in the gateway's cashier. Ctrl-C stops everything.
`)

let stopping
function stop() {
  stopping ??= close().then(() => console.log('Stopped.'))
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
