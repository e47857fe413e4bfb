import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlStore } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql'
import { newSchema } from '../support/postgres/schema'
import { contractIndexes, storeContract } from './contract'

storeContract('libsql, in memory', async () => ({
  shared: false,
  open: () => openSqlStore({ file: ':memory:', indexes: contractIndexes }),
}))

storeContract('libsql, a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vk-pay-store-'))
  return {
    shared: true,
    open: () => openSqlStore({ file: join(folder, 'pay.db'), indexes: contractIndexes }),
    dispose: () => rm(folder, { recursive: true, force: true }),
  }
})

storeContract('PostgreSQL', async () => {
  const schema = await newSchema()
  return {
    shared: true,
    open: () => openSqlStore({ client: 'pg', connection: schema.connection, indexes: contractIndexes }),
  }
})
