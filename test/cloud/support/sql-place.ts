import type { Store } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import type { IndexMap } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/indexes'
import { openSqlStore } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/sql'

export const isPostgres = (place: string): boolean => place.startsWith('postgres:')

/** The store in a file of libsql, or behind a connection string of PostgreSQL: what a process is told as one argument. */
export function openAt(place: string, indexes?: IndexMap): Promise<Store> {
  return openSqlStore(isPostgres(place) ? { client: 'pg', connection: place, indexes } : { file: place, indexes })
}
