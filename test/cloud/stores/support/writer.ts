/**
 * A process of its own that writes to a database file and says on standard output what was
 * acknowledged. Arguments: file, task ('endless' or a number of increments), name.
 */
import { command as _ } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import { openSqlStore } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql'

const [file = '', task = '', name = ''] = process.argv.slice(2)
const store = await openSqlStore({ file })

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
