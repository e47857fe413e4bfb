/** Hosts that are killed and started again. */
import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import type { Interface } from 'node:readline'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { HostTask } from './host'

/** Inside the project, so that the built program finds the packages. */
const output = fileURLToPath(new URL('.out/', import.meta.url))

/** What Knex knows how to use and nobody here has, and the driver that is a binary. */
const EXTERNAL = ['libsql', 'better-sqlite3', 'cloudflare:sockets', 'mariadb', 'mysql', 'mysql2', 'oracledb', 'pg-cloudflare', 'pg-native', 'pg-query-stream', 'sqlite3', 'tedious']
/** Lets bundled CommonJS packages call `require`. */
const REQUIRE = `import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);`

/** The whole program in one file: hundreds of hosts are started, and most of their time is finding files. */
export async function buildHost(): Promise<string> {
  const program = join(output, `host-${randomUUID()}.mjs`)
  await build({
    entryPoints: [fileURLToPath(new URL('host.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: EXTERNAL,
    banner: { js: REQUIRE },
    logLevel: 'error',
  })
  return program
}

interface Process { child: ChildProcessWithoutNullStreams, lines: Interface, ended: Promise<void>, loaded: Promise<unknown> }

/** Resolves with the rest of the first line that begins so; rejects when the process ends before. */
function lineOf({ child, lines }: Pick<Process, 'child' | 'lines'>, beginning: string, errors: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const onLine = (line: string): void => {
      if (!line.startsWith(beginning))
        return
      lines.off('line', onLine)
      resolve(line.slice(beginning.length).trim())
    }
    lines.on('line', onLine)
    child.once('close', () => reject(new Error(`the host ended early: ${errors().slice(-2_000)}`)))
  })
}

export interface Host {
  /** Where it listens; undefined while it is dead. */
  url: () => string | undefined
  start: () => Promise<void>
  /** SIGKILL. */
  kill: () => Promise<void>
  /** The end of it. */
  end: () => Promise<void>
  /** Reconciles as if it was that time; answers what was done. */
  reconcile: (now: number) => Promise<Record<string, unknown>>
  /** What hosts of this place have logged as errors, by event. */
  errors: ReadonlyMap<string, number>
}

export function createHost(program: string, task: HostTask): Host {
  const errors = new Map<string, number>()
  let spare: Process | undefined
  let current: Process | undefined
  let url: string | undefined
  let text = ''

  function load(): Process {
    const child = spawn(process.execPath, [program, JSON.stringify(task)])
    const lines = createInterface({ input: child.stdout })
    child.stdin.on('error', () => {})
    child.stderr.on('data', (chunk) => {
      text = (text + String(chunk)).slice(-10_000)
      for (const [, event = ''] of String(chunk).matchAll(/^\{"event":"([^"]*)"/gm))
        errors.set(event, (errors.get(event) ?? 0) + 1)
    })
    const loading = lineOf({ child, lines }, 'loaded', () => text)
    loading.catch(() => {})
    return { child, lines, loaded: loading, ended: new Promise(resolve => child.once('close', () => resolve())) }
  }

  return {
    errors,
    url: () => url,
    async start() {
      const process = spare ?? load()
      current = process
      await process.loaded
      const ready = lineOf(process, 'ready', () => text)
      process.child.stdin.write('go\n')
      url = `http://127.0.0.1:${await ready}`
      // the next one loads while this one works, so that the storm need not wait for it
      spare = load()
    },
    async kill() {
      url = undefined
      current?.child.kill('SIGKILL')
      await current?.ended
    },
    async end() {
      url = undefined
      for (const process of [current, spare]) {
        process?.child.kill('SIGKILL')
        await process?.ended
      }
    },
    async reconcile(now) {
      const process = current!
      const answer = lineOf(process, 'reconciled', () => text)
      process.child.stdin.write(`${now}\n`)
      return JSON.parse(await answer) as Record<string, unknown>
    },
  }
}
