/** A PostgreSQL server of one's own, from npm: no service, no account, nothing left behind. */
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { unpackPostgres } from './binaries'

export interface PostgresOptions {
  /** Whether a commit waits for the disk. Tests of what a killed process leaves need not. @default false */
  durable?: boolean
}

export interface PostgresServer {
  /** Connection string of the superuser, to the database `postgres`. */
  readonly url: string
  /** Ends the server and removes its folder. */
  close: () => Promise<void>
}

interface Owner { uid: number, gid: number }

const READY_WITHIN_MS = 60_000

/** PostgreSQL refuses to be root; then it runs as the user that owns nothing. */
function ownerInsteadOfRoot(): Owner | undefined {
  if (process.getuid?.() !== 0)
    return undefined
  const entry = readFileSync('/etc/passwd', 'utf8').split('\n').map(line => line.split(':')).find(([name]) => name === 'nobody')
  if (!entry)
    throw new Error('PostgreSQL does not run as root, and there is no user "nobody" here to run it; start the tests as an ordinary user')
  return { uid: Number(entry[2]), gid: Number(entry[3]) }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise(resolve => probe.close(resolve))
  return port
}

async function createCluster(folder: string, initdb: string, { owner, password }: { owner: Owner | undefined, password: string }): Promise<string> {
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (owner) {
    chownSync(folder, owner.uid, owner.gid)
    chownSync(passwordFile, owner.uid, owner.gid)
  }
  chmodSync(folder, 0o700)
  await promisify(execFile)(initdb, ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C', '--no-sync'], { cwd: folder, env: { LC_ALL: 'C' }, ...owner })
  return data
}

function settings(durable: boolean): string[] {
  const values = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    log_min_messages: 'fatal',
    // containers give little of /dev/shm
    dynamic_shared_memory_type: process.platform === 'win32' ? 'windows' : 'mmap',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    return true
  }
  catch {
    return false
  }
  finally {
    await client.end().catch(() => {})
  }
}

/** Starts a server on 127.0.0.1 on a free port. It ends with {@link PostgresServer.close}, and with this process. */
export async function startPostgres({ durable = false }: PostgresOptions = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'vk-pay-postgres-'))
  const password = randomBytes(16).toString('hex')
  const owner = ownerInsteadOfRoot()
  let data: string
  let program: string
  try {
    const { initdb, postgres } = unpackPostgres(folder)
    program = postgres
    data = await createCluster(folder, initdb, { owner, password })
  }
  catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }

  const port = await freePort()
  const args = ['-D', data, '-p', String(port), ...settings(durable)]
  const keeper = spawn(process.execPath, [fileURLToPath(new URL('keeper.mjs', import.meta.url)), JSON.stringify({ program, args, folder, owner })], { stdio: ['pipe', 'ignore', 'pipe'] })
  let errors = ''
  keeper.stderr.on('data', chunk => (errors += String(chunk)))
  let ended = false
  const end = new Promise<void>(resolve => keeper.once('close', () => {
    ended = true
    resolve()
  }))

  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  const deadline = Date.now() + READY_WITHIN_MS
  while (!await answers(url)) {
    if (ended || Date.now() > deadline) {
      keeper.stdin.end()
      await end
      throw new Error(`PostgreSQL did not start: ${errors.trim()}`)
    }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return {
    url,
    async close() {
      keeper.stdin.end()
      await end
    },
  }
}
