/**
 * A process of its own that writes to a database and says on standard output what was acknowledged.
 * Arguments: file or connection string, task ('endless', a number of increments, or 'upgrade'), name.
 */
import { command as _ } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { openAt } from '../../support/sql-place'
import { upgradedIndexes } from './upgraded-indexes'

const [place = '', task = '', name = ''] = process.argv.slice(2)
const store = await openAt(place, task === 'upgrade' ? upgradedIndexes : undefined)

async function claim(i: number): Promise<void> {
  const callback_id = `${name}-${i}`
  await store.transaction(async (tx) => {
    await tx.add('callback_logs', { callback_id })
    await tx.update('counters', { _id: 'all' }, { n: _.inc(1), [name]: _.inc(1) })
  })
  process.stdout.write(`${callback_id}\n`)
}

/** Writes to tables of an older version: the first write brings each up to date. */
async function upgrade(): Promise<void> {
  // all of them at once: starting a process takes longer than this
  process.stdout.write('ready\n')
  await new Promise(resolve => process.stdin.once('data', resolve))
  process.stdin.unref()
  await store.update('goods', { _id: 'old_1' }, { [name]: true })
  await store.transaction(async (tx) => {
    await tx.add('people', { _id: name, email: `${name}@example.test` })
    await tx.add('goods', { _id: name, sku: name, price: 5 })
  })
  process.stdout.write('upgraded\n')
}

const last = task === 'endless' ? Number.POSITIVE_INFINITY : Number(task) || 0
if (task === 'upgrade')
  await upgrade()
for (let i = 0; i < last; i++)
  await claim(i)
await store.close()
