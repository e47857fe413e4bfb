/**
 * A process of its own that writes to a database and says on standard output what was acknowledged.
 * Arguments: file or connection string, task ('endless' or a number of increments), name.
 */
import { command as _ } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { openAt } from '../../support/sql-place'

const [place = '', task = '', name = ''] = process.argv.slice(2)
const store = await openAt(place)

async function claim(i: number): Promise<void> {
  const callback_id = `${name}-${i}`
  await store.transaction(async (tx) => {
    await tx.add('callback_logs', { callback_id })
    await tx.update('counters', { _id: 'all' }, { n: _.inc(1), [name]: _.inc(1) })
  })
  process.stdout.write(`${callback_id}\n`)
}

const last = task === 'endless' ? Number.POSITIVE_INFINITY : Number(task)
for (let i = 0; i < last; i++)
  await claim(i)
await store.close()
