import type { GatewayEvent } from './index'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { createGateway, writeMerchantFiles } from './index'

const USAGE = `Usage: gateway [options]
  --port <n>            port on 127.0.0.1; when it is taken, the next free one (default 8790)
  --speed <n>           divides the waits between notifications (default 60)
  --merchant-dir <dir>  writes keys and uni-pay/config.js there; needs --notify-url
  --notify-url <url>    base address of your payment function
  --help`

const NEXT_PORTS = 50

interface Arguments {
  port: number
  speed: number
  merchantDir?: string
  notifyUrl?: string
}

/** A sentence when the command line makes no sense. */
function readArguments(args: string[]): Arguments | string {
  const { values } = parseArgs({
    args,
    options: {
      'port': { type: 'string', default: '8790' },
      'speed': { type: 'string', default: '60' },
      'merchant-dir': { type: 'string' },
      'notify-url': { type: 'string' },
      'help': { type: 'boolean' },
    },
  })
  const [port, speed] = [Number(values.port), Number(values.speed)]
  if (values.help)
    return USAGE
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return '--port must be an integer from 0 to 65535'
  if (!(speed > 0))
    return '--speed must be a number above 0'
  if (values['merchant-dir'] !== undefined && values['notify-url'] === undefined)
    return '--merchant-dir needs --notify-url, the base address of your payment function'
  return { port, speed, merchantDir: values['merchant-dir'], notifyUrl: values['notify-url'] }
}

function print(event: GatewayEvent): void {
  const { event: name, ...facts } = event
  const words = Object.entries(facts).filter(([, value]) => value !== undefined).map(([key, value]) => `${key}=${value}`)
  console.log(`${new Date().toISOString().slice(11, 23)} ${name.padEnd(8)} ${words.join(' ')}`)
}

async function start({ port, speed, merchantDir, notifyUrl }: Arguments): Promise<void> {
  const gateway = await createGateway({ port, nextPorts: NEXT_PORTS, speed, tls: true, log: print })
  if (port !== 0 && !gateway.url.endsWith(`:${port}`))
    console.log(`Port ${port} is taken, using the next free one.`)
  console.log(`Local WeChat Pay and Alipay at ${gateway.url}, merchant ${gateway.account.mchid}. Ctrl-C stops it.`)
  console.log(`WeChat Pay v2 with the merchant's certificate at ${gateway.tlsUrl}`)

  const stop = () => void gateway.close()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)

  if (merchantDir !== undefined && notifyUrl !== undefined) {
    const { configFile, configFileV2 } = await writeMerchantFiles(gateway.account, merchantDir, gateway.url, notifyUrl, gateway.tlsUrl)
    console.log(`Merchant configuration written to ${configFile}, for WeChat Pay v2 to ${configFileV2}`)
  }
}

function fail(error: unknown): void {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

try {
  const parsed = readArguments(process.argv.slice(2))
  if (parsed === USAGE)
    console.log(USAGE)
  else if (typeof parsed === 'string')
    fail(parsed)
  else
    start(parsed).catch(fail)
}
catch (error) {
  fail(error)
}
