import process from 'node:process'
import { parseArgs } from 'node:util'
import { startShopServer } from './index'

const USAGE = `Usage: server --config <dir> --services <dir> [options]
  --config <dir>     folder with config.js, as in uni-config-center/uni-pay
  --services <dir>   the service folder of the vk-pay function: pay/ and pay-notify/
  --port <n>         port on 127.0.0.1; when it is taken, the next free one (default 8787)
  --file <file>      file of the database (default: in memory)
  --shop <dir>       folder of a built H5 app to serve
  --help`

const NEXT_PORTS = 50

const { values } = parseArgs({
  options: {
    config: { type: 'string' },
    services: { type: 'string' },
    port: { type: 'string', default: '8787' },
    file: { type: 'string' },
    shop: { type: 'string' },
    help: { type: 'boolean' },
  },
})

if (values.help || !values.config || !values.services) {
  console.log(USAGE)
  process.exitCode = values.help ? 0 : 1
}
else {
  const { config, services, file, shop } = values
  const server = await startShopServer({ port: Number(values.port), nextPorts: NEXT_PORTS, config, services, file, shop })
  console.log(`Pay function at ${server.url}/vk-pay. Ctrl-C stops it.`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void server.close())
}
