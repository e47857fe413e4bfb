import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let dir: string
let bundle: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gateway-'))
  bundle = join(dir, 'gateway.mjs')
  const entry = fileURLToPath(new URL('../../examples/gateway/src/main.ts', import.meta.url))
  await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile: bundle, logLevel: 'error' })
})
afterAll(() => rm(dir, { recursive: true }))

interface Run {
  child: ChildProcess
  output: () => string
  /** Resolves to the exit code. */
  ended: Promise<number | null>
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [bundle, ...args])
  let output = ''
  child.stdout.on('data', chunk => output += String(chunk))
  child.stderr.on('data', chunk => output += String(chunk))
  return { child, output: () => output, ended: new Promise(resolve => child.on('close', resolve)) }
}

describe('the command line', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('prints the address, serves, and stops cleanly on %s', async (signal) => {
    const { child, output, ended } = run('--port', '0', '--merchant-dir', dir, '--notify-url', 'http://127.0.0.1:1/vk-pay')
    await expect.poll(output, { timeout: 15_000 }).toContain('config.js')
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(output()) ?? ['']
    expect((await fetch(url)).status).toBe(200)
    child.kill(signal)
    expect(await ended).toBe(0)
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  }, 20_000)

  it('takes the next port when one is taken, and says so', async () => {
    const blocker = createServer()
    await new Promise<void>(resolve => blocker.listen(0, '127.0.0.1', resolve))
    const port = (blocker.address() as { port: number }).port
    const { child, output, ended } = run('--port', String(port))
    await expect.poll(output, { timeout: 15_000 }).toMatch(new RegExp(`Port ${port} is taken[^]*at http://127\\.0\\.0\\.1:(?!${port},)`))
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    await new Promise(resolve => blocker.close(resolve))
  }, 20_000)

  it.each([
    [['--port', 'x'], '--port must be'],
    [['--speed', '0'], '--speed must be'],
    [['--merchant-dir', '.'], '--merchant-dir needs --notify-url'],
    [['--nonsense'], '--nonsense'],
  ])('refuses %j with a sentence', async (args, words) => {
    const { output, ended } = run(...args)
    expect([await ended, output().trim().split('\n')]).toEqual([1, [expect.stringContaining(words)]])
  })
})
