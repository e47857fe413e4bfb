/** The assembled cloud function in a process that has just begun: `require`, and its first answer. */
import { Buffer } from 'node:buffer'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { configOf } from '../../cloud/support/shop'
import { median } from './rounds'
import { paidNotification } from './shop'

/** Processes of each kind. */
const RUNS = 15

interface Started { required: number, answered: number, status?: number }

/** Where `scripts/bench-cloud.mjs` has put the function, as it is uploaded. */
const folder = fileURLToPath(new URL('function', import.meta.url))

function write(file: string, text: string): string {
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
  return file
}

function start(module: string, event: string): Started & { process: number } {
  const program = fileURLToPath(new URL('cold-start.cjs', import.meta.url))
  const startedAt = process.hrtime.bigint()
  const said = execFileSync(process.execPath, [program, module, event], { encoding: 'utf8' })
  return { ...JSON.parse(said) as Started, process: Number(process.hrtime.bigint() - startedAt) / 1e6 }
}

const bytesIn = (path: string): number => statSync(path).isDirectory() ? readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0) : statSync(path).size
const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`
const ms = (value: number): string => value.toFixed(1).padStart(8)

export function benchColdStart(): void {
  const config = JSON.stringify({ ...configOf(), notifyUrl: { 'mp-test': 'https://fc-mp-test.next.bspapp.com/http/vk-pay' } })
  write(join(folder, 'node_modules/uni-config-center/index.js'), `module.exports = () => ({ config: () => (${config}), resolve: path => path })\n`)
  const { path, headers, body } = paidNotification('COLD_1')
  const event = write(join(folder, '../event.json'), JSON.stringify({ path, httpMethod: 'POST', headers, body: Buffer.from(body).toString('base64'), isBase64Encoded: true }))
  const empty = write(join(folder, '../empty.cjs'), '')
  const modules = { 'an empty module': empty, 'the cloud function': join(folder, 'index.js') }

  const runs = new Map<string, ReturnType<typeof start>[]>(Object.keys(modules).map(name => [name, []]))
  for (let i = 0; i <= RUNS; i++) {
    for (const [name, module] of Object.entries(modules)) {
      const started = start(module, event)
      if (name !== 'an empty module' && started.status !== 404)
        throw new Error(`the notification of an order that is not there was answered with ${started.status}`)
      // the first one reads the files from the disk
      if (i > 0)
        runs.get(name)!.push(started)
    }
  }
  const core = join(folder, 'node_modules/vk-uni-pay/index.js')
  console.log(`\ncold start, ms: medians of ${RUNS} processes; the first answer is that to a signed notification: config, keys, verify, decrypt, look for its order`)
  console.log('                            require   first answer   process, begin to end')
  for (const [name, started] of runs)
    console.log(`  ${name.padEnd(22)}${ms(median(started.map(({ required }) => required))).padStart(11)}${ms(median(started.map(({ answered }) => answered))).padStart(15)}${ms(median(started.map(({ process }) => process))).padStart(24)}`)
  console.log(`  size: common/vk-uni-pay/index.js ${kilobytes(bytesIn(core))}, gzip ${kilobytes(gzipSync(readFileSync(core), { level: 9 }).length)}; function vk-pay ${kilobytes(bytesIn(join(folder, 'index.js')) + bytesIn(join(folder, 'service')))}`)
}
