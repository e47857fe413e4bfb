/** Creating and notifying end to end by 1, 2 and 4 processes over one database, beside bare transactions by as many. */
import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openAt } from '../../cloud/support/sql-place'
import type { Engine } from './places'
import { engines, openPlaces } from './places'
import { median, print, ROUNDS } from './rounds'
import { addUsers, createOrder, notify, openPay, paidNotification } from './shop'
import type { Task } from './worker'

/** Payments of one round, by all processes together. */
const COUNT = 320
/** Payments at the same time, by all processes together. */
const WIDTH = 16

const measured = ['create', 'notify', 'bare create', 'bare notify'] as const satisfies readonly Task[]
const order: readonly Task[] = ['create', 'sign', 'notify', 'bare prepare', 'bare create', 'bare notify']

function next(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`a process ended with ${code}`))
    child.once('exit', ended)
    child.once('message', () => {
      child.off('exit', ended)
      resolve()
    })
  })
}

async function startWorkers(place: string, processes: number): Promise<ChildProcess[]> {
  const program = fileURLToPath(new URL('worker.mjs', import.meta.url))
  const children = Array.from({ length: processes }, (_, i) => fork(program, [place, `P${i}`, String(WIDTH / processes)]))
  await Promise.all(children.map(next))
  return children
}

async function all(children: readonly ChildProcess[], task: Task): Promise<number> {
  const count = COUNT / children.length
  const startedAt = process.hrtime.bigint()
  await Promise.all(children.map((child) => {
    const done = next(child)
    child.send({ task, count })
    return done
  }))
  return COUNT / (Number(process.hrtime.bigint() - startedAt) / 1e9)
}

async function end(children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(children.map(child => new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.disconnect()
  })))
}

async function ratesOf(place: string, processes: number): Promise<Record<typeof measured[number], number>> {
  const store = await openAt(place)
  await addUsers(store)
  // the tables are there, and complete, before the processes look
  const pay = openPay(store)
  await createOrder(pay, 'FIRST_1', 0)
  await notify(pay, paidNotification('FIRST_1'))
  await store.close()
  const children = await startWorkers(place, processes)
  const rates = new Map<Task, number[]>(order.map(task => [task, []]))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const task of order) {
      const rate = await all(children, task)
      if (round > 0)
        rates.get(task)!.push(rate)
    }
  }
  await end(children)
  return Object.fromEntries(measured.map(task => [task, median(rates.get(task)!)])) as Record<typeof measured[number], number>
}

async function benchEngine(engine: Engine): Promise<void> {
  const places = await openPlaces(engine)
  for (const processes of [1, 2, 4]) {
    const rates = await ratesOf(await places.fresh(), processes)
    print(`${engine}, ${processes === 1 ? 'one process' : `${processes} processes`}, ${WIDTH} payments at once`, [
      { name: 'an order, bare: one insert', perSecond: rates['bare create'] },
      { name: 'createPayment', perSecond: rates.create },
    ], 'an order, bare: one insert')
    print('', [
      { name: 'a payment\'s rows, bare: one transaction', perSecond: rates['bare notify'] },
      { name: 'notification → durable effect', perSecond: rates.notify },
    ], 'a payment\'s rows, bare: one transaction', { name: 'notification → durable effect', ratio: 0.5 })
  }
  await places.close()
}

export async function benchProcesses(): Promise<void> {
  for (const engine of engines)
    await benchEngine(engine)
}
