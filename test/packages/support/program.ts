import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import process from 'node:process'

export interface Program {
  stop: () => Promise<void>
}

/** Starts a program of Node's in `folder`, and waits until it prints `ready`. @throws Error with what it printed, when it ends before that */
export async function startProgram(folder: string, args: readonly string[], ready: string, env: Record<string, string> = {}): Promise<Program> {
  const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit')
  await said(child, ready, args)
  return {
    async stop() {
      child.kill()
      await ended
    },
  }
}

function said(child: ChildProcess, ready: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        if (output.includes(ready))
          resolve()
      })
    }
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`node ${args.join(' ')} ended with ${code}\n${output}`)))
  })
}

/** Ports of this machine that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return server
  }))
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => once(server.close(), 'close')))
  return ports
}
