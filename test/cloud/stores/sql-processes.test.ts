import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSchema } from '../support/postgres/schema'
import { openAt } from '../support/sql-place'
import { upgradedIndexes } from './support/upgraded-indexes'

const SLOW = 60_000

/** Inside the project, so that the built program finds the packages. */
const output = fileURLToPath(new URL('.out/', import.meta.url))
const program = join(output, 'writer.mjs')
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vk-pay-processes-'))
  await build({ entryPoints: [fileURLToPath(new URL('support/writer.ts', import.meta.url))], outfile: program, bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' })
}, SLOW)

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await rm(output, { recursive: true, force: true })
})

interface Writer {
  process: ChildProcessWithoutNullStreams
  acknowledged: () => string[]
  /** Resolves when so many writes are acknowledged, rejects when the process ends before. */
  reaches: (count: number) => Promise<void>
  exit: Promise<{ code: number | null, errors: string }>
}

function startWriter(place: string, task: string, name: string): Writer {
  const child = spawn(process.execPath, [program, place, task, name])
  let text = ''
  let errors = ''
  const acknowledged = (): string[] => text.split('\n').slice(0, -1)
  child.stdout.on('data', chunk => (text += String(chunk)))
  child.stderr.on('data', chunk => (errors += String(chunk)))
  const exit = new Promise<{ code: number | null, errors: string }>(resolve => child.on('close', code => resolve({ code, errors })))
  return {
    process: child,
    acknowledged,
    exit,
    reaches: count => new Promise((resolve, reject) => {
      child.stdout.on('data', () => acknowledged().length >= count && resolve())
      void exit.then(() => reject(new Error(`the writer ended early: ${errors}`)))
    }),
  }
}

const engines: [string, (name: string) => Promise<string>][] = [
  ['libsql', async name => join(folder, `${name}.db`)],
  ['PostgreSQL', async () => (await newSchema()).connection],
]

describe.each(engines)('several processes over %s', (_engine, newPlace) => {
  it('what was acknowledged survives kill -9, and nothing half-done does', async () => {
    const place = await newPlace('kill')
    for (const round of [1, 2, 3]) {
      const store = await openAt(place)
      await store.add('counters', { _id: 'all' }).catch(() => {})
      await store.close()

      const writer = startWriter(place, 'endless', `round${round}`)
      await writer.reaches(25)
      writer.process.kill('SIGKILL')
      await writer.exit
      const acknowledged = writer.acknowledged()

      const after = await openAt(place)
      // a database server may still be ending what the dead process had begun; a write waits for that
      await after.update('counters', { _id: 'all' }, { seen: round })
      const logs = await after.find('callback_logs', {}, { limit: 100_000 })
      const found = new Set(logs.map(log => log.callback_id))
      expect(acknowledged.filter(id => !found.has(id))).toEqual([])
      // the claim and the counter of one transaction are both there or both not
      expect(await after.find('counters', {})).toMatchObject([{ n: logs.length }])
      await after.close()
    }
  }, SLOW)

  it('they may open, create and write one database at once', async () => {
    const place = await newPlace('shared')
    const first = await openAt(place)
    await first.add('counters', { _id: 'all' })
    const writers = ['a', 'b', 'c'].map(name => startWriter(place, '25', name))
    for (const { exit } of writers)
      expect(await exit).toEqual({ code: 0, errors: '' })
    expect(await first.find('counters', {})).toEqual([{ _id: 'all', n: 75, a: 25, b: 25, c: 25 }])
    expect(await first.count('callback_logs', {})).toBe(75)
    await first.close()
  }, SLOW)

  it('they may bring old tables up to date at once, while the older version is still at work', async () => {
    const place = await newPlace('upgrade')
    const older = await openAt(place)
    for (let i = 1; i <= 50; i++)
      await older.add('goods', { _id: `old_${i}`, sku: `S${i}`, price: i })
    await older.add('people', { _id: 'old', email: 'old@example.test' })
    const names = ['a', 'b', 'c', 'd']
    const writers = names.map(name => startWriter(place, 'upgrade', name))
    await Promise.all(writers.map(({ reaches }) => reaches(1)))
    for (const { process } of writers)
      process.stdin.write('go\n')
    for (let i = 0; i < 20; i++)
      await older.update('goods', { _id: 'old_2' }, { seen: i })
    for (const { exit } of writers)
      expect(await exit).toEqual({ code: 0, errors: '' })
    const newer = await openAt(place, upgradedIndexes)
    expect(await newer.find('goods', { _id: 'old_1' })).toEqual([{ _id: 'old_1', sku: 'S1', price: 1, a: true, b: true, c: true, d: true }])
    expect((await newer.find('goods', { price: 5 })).map(({ _id }) => _id).sort()).toEqual(['a', 'b', 'c', 'd', 'old_5'])
    expect((await newer.find('people', { email: 'b@example.test' })).map(({ _id }) => _id)).toEqual(['b'])
    await expect(newer.add('goods', { sku: 'S7' })).rejects.toMatchObject({ name: 'DuplicateError' })
    await expect(older.add('people', { email: 'old@example.test' })).rejects.toMatchObject({ name: 'DuplicateError' })
    await Promise.all([older.close(), newer.close()])
  }, SLOW)
})
