/**
 * Keeps one PostgreSQL server for whoever started it, and ends it with them: standard input closes
 * when they are done and also when they are killed. The folder of the server goes with it.
 */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import process from 'node:process'

const { program, args, folder, owner } = JSON.parse(process.argv[2])

const server = spawn(program, args, { cwd: folder, env: { LC_ALL: 'C' }, stdio: ['ignore', 'inherit', 'inherit'], ...owner })

// PostgreSQL's "fast shutdown": clients are disconnected, nothing is lost
const end = () => server.kill('SIGINT')
process.stdin.resume()
process.stdin.once('end', end)
process.stdin.once('error', end)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, end)

server.once('error', error => console.error(error.message))
server.once('close', (code) => {
  rmSync(folder, { recursive: true, force: true })
  process.exit(code ?? 1)
})
