import process from 'node:process'
import { parseArgs } from 'node:util'
import type { Finding } from 'vk-uni-pay/node'
import type { ShopServer } from './index'
import { startShopServer } from './index'

const USAGE = `Usage: server --config <dir> --services <dir> [options]
  --config <dir>     folder with config.js, as in uni-config-center/uni-pay
  --services <dir>   the service folder of the vk-pay function: pay/ and pay-notify/
  --port <n>         port on 127.0.0.1; when it is taken, the next free one (default 8787)
  --file <file>      file of the database (default: in memory)
  --shop <dir>       folder of a built H5 app to serve
  --ops-port <n>     port on 127.0.0.1 for /healthz and /metrics (default: none)
  --doctor           looks at config, keys, clock, notify address and database, says what to fix, and ends
  --help`

const NEXT_PORTS = 50
const signs = { ok: '✓', warning: '!', error: '✗' } as const

const { values } = parseArgs({
  options: {
    'config': { type: 'string' },
    'services': { type: 'string' },
    'port': { type: 'string', default: '8787' },
    'file': { type: 'string' },
    'shop': { type: 'string' },
    'ops-port': { type: 'string' },
    'doctor': { type: 'boolean' },
    'help': { type: 'boolean' },
  },
})

if (values.help || !values.config || !values.services) {
  console.log(USAGE)
  process.exitCode = values.help ? 0 : 1
}
else {
  const { config, services, file, shop, 'ops-port': opsPort } = values
  const server = await startShopServer({ port: Number(values.port), nextPorts: NEXT_PORTS, config, services, file, shop, opsPort: opsPort === undefined ? undefined : Number(opsPort) })
  if (values.doctor)
    await examine(server)
  else
    await serve(server)
}

async function serve(server: ShopServer): Promise<void> {
  console.log(`Pay function at ${server.url}/vk-pay. Ctrl-C stops it.`)
  if (server.opsUrl)
    console.log(`Health and metrics at ${server.opsUrl}/healthz and ${server.opsUrl}/metrics.`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void server.close())
}

async function examine(server: ShopServer): Promise<void> {
  const { code, msg, findings } = await server.pay.doctor()
  for (const { state, target, message } of findings as Finding[])
    console.log(`${signs[state]} ${target ? `${target}: ` : ''}${message}`)
  console.log(msg)
  process.exitCode = code === 0 ? 0 : 1
  await server.close()
}
