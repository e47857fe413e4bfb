/**
 * `npm run test:readme`: the chapter "On your own server", word by word in an empty folder. Its blocks
 * with a file name become that file, its `sh` blocks run, those marked `background` until the end.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { inRoot } from './lib/root.mjs'

const LONGEST_MS = 60_000
const chapters = { 'README.md': '### On your own server', 'README.zh-CN.md': '### 在自己的服务器上' }
/** What a background block prints once it can be used. */
const ready = { 'gateway/main.js': /Merchant configuration written/, 'server.mjs': undefined }

function blocksOf(file) {
  const text = readFileSync(inRoot(file), 'utf8')
  const start = text.indexOf(chapters[file])
  if (start < 0)
    throw new Error(`${file} has no chapter "${chapters[file]}"`)
  const [chapter] = text.slice(start + chapters[file].length).split(/\n#{2,3} /)
  return [...chapter.matchAll(/^```(\S+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(([, language, note, code]) => ({ language, note, code }))
}

async function isFree(port) {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

const blocks = blocksOf('README.md')
if (JSON.stringify(blocks) !== JSON.stringify(blocksOf('README.zh-CN.md')))
  throw new Error('the code of the two readmes differs in this chapter')
for (const port of [8787, 8788, 8790]) {
  if (!await isFree(port))
    throw new Error(`port ${port} is taken; the chapter needs it`)
}

const place = mkdtempSync(join(tmpdir(), 'vk-pay-readme-'))
const folder = join(place, 'my-shop')
mkdirSync(folder)
symlinkSync(inRoot('.'), join(place, 'vk-uni-pay'), 'junction')
const running = []
const printed = []

function run(code) {
  for (const line of code.trim().split('\n')) {
    console.log(`$ ${line}`)
    const { status, stdout, stderr } = spawnSync(line, { cwd: folder, shell: true, encoding: 'utf8', timeout: LONGEST_MS * 3 })
    printed.push(stdout)
    console.log(stdout.trim())
    if (status !== 0)
      throw new Error(`${line}: exit code ${status}\n${stderr}`)
  }
}

/** Without a shell in between, so that what is ended is what was started. */
async function start(code) {
  const [program, ...args] = code.trim().split(/\s+/)
  console.log(`$ ${code.trim()} &`)
  const child = spawn(program === 'node' ? process.execPath : program, args, { cwd: folder })
  running.push(child)
  const [, says] = Object.entries(ready).find(([name]) => code.includes(name)) ?? []
  let output = ''
  child.stderr.on('data', chunk => output += chunk)
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${code.trim()} is not ready:\n${output}`)), LONGEST_MS)
    const done = () => {
      clearTimeout(timer)
      resolve()
    }
    child.once('exit', exitCode => reject(new Error(`${code.trim()} ended with ${exitCode}:\n${output}`)))
    child.stdout.on('data', (chunk) => {
      output += chunk
      if (says?.test(output))
        done()
    })
    if (!says)
      untilAnswers('http://127.0.0.1:8788/healthz').then(done, reject)
  })
}

async function untilAnswers(url) {
  const end = Date.now() + LONGEST_MS
  while (Date.now() < end) {
    if ((await fetch(url).catch(() => undefined))?.ok)
      return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`${url} does not answer`)
}

function check(what, found) {
  if (!found)
    throw new Error(`${what} is missing in what was printed`)
}

try {
  for (const { language, note, code } of blocks) {
    if (note === 'background')
      await start(code)
    else if (language === 'sh')
      run(code)
    else if (note)
      write(note, code)
  }
  const all = printed.join('\n')
  for (const said of ['检查通过', 'total_fee: 7980', 'trade_state: \'SUCCESS\'', 'user_order_success: true'])
    check(said, all.includes(said))
  const metrics = await (await fetch('http://127.0.0.1:8788/metrics')).text()
  check('the paid order in /metrics', metrics.includes('vk_pay_orders_paid_total{pay_type="wxpay_h5"'))
  console.log(`readme: ${blocks.length} blocks did what they say`)
}
finally {
  for (const child of running)
    child.kill()
  rmSync(place, { recursive: true, force: true, maxRetries: 5 })
}

function write(name, code) {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), code)
}
