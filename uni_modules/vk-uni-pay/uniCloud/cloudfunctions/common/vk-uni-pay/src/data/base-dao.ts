import type { Doc, Filter, Store, StoreSession } from '../core/store'
import { chinaTime } from './china-time'
import { numbersOf } from './dao-aggregate'
import { collectionOf, dataOf, idOf, orderOf, patchOf, requiredWhereOf, whereOf } from './dao-arguments'
import type { DaoOrder, DaoTarget, DaoWhere } from './dao-arguments'
import { startTransaction } from './dao-transaction'
import type { DaoTransaction } from './dao-transaction'

type Call = DaoTarget & DaoWhere
type WithId = DaoTarget & { id: string }
interface WithData { dataJson: Doc }
type WithField = Call & { fieldName: string }

/** One page of a list. */
export interface DaoPage {
  rows: Doc[]
  /** Matches on all pages. */
  total: number
  hasMore: boolean
}

type PageCall = Call & {
  orderBy?: DaoOrder
  /** The framework's name for `orderBy`. */
  sortArr?: DaoOrder
  /** From 1 on. @default 1 */
  pageIndex?: number
  /** @default 10 */
  pageSize?: number
}

/** Data access for handlers, by the names and shapes of the vk framework's `vk.baseDao`. */
export interface BaseDao {
  /** Adds a document, with `_add_time` and `_add_time_str`. Answers its `_id`. @throws DuplicateError */
  add: (call: DaoTarget & WithData) => Promise<string>
  /** Adds several, one after the other. Answers their `_id`s. @throws DuplicateError */
  adds: (call: DaoTarget & { dataJson: Doc[] }) => Promise<string[]>
  /** Removes all matches. Answers how many. */
  del: (call: Call) => Promise<number>
  /** Removes one document. Answers 1, or 0. */
  deleteById: (call: WithId) => Promise<number>
  /** Changes all matches. Answers how many are different now. */
  update: (call: Call & WithData) => Promise<number>
  /** Changes one document. Answers 1, or 0. */
  updateById: (call: WithId & WithData) => Promise<number>
  /** Changes the first match and answers it as it is now, or null. */
  updateAndReturn: (call: Call & WithData) => Promise<Doc | null>
  /** The first match, or null. */
  find: (call: Call) => Promise<Doc | null>
  /** One document, or null. */
  findById: (call: WithId) => Promise<Doc | null>
  /** The first match, or null. */
  findByWhereJson: (call: Call) => Promise<Doc | null>
  /** One page of the matches: `rows`, `total`, `hasMore`. */
  select: (call: PageCall) => Promise<DaoPage>
  /** The same as `select`. */
  getTableData: (call: PageCall) => Promise<DaoPage>
  /** How many match. */
  count: (call: Call) => Promise<number>
  /** The sum of a field, 0 without matches. Computed in process, as the three that follow. */
  sum: (call: WithField) => Promise<number>
  /** The average of a field. */
  avg: (call: WithField) => Promise<number>
  /** The largest value of a field. */
  max: (call: WithField) => Promise<number>
  /** The smallest value of a field. */
  min: (call: WithField) => Promise<number>
  /** Opens a transaction of at most 10 s; pass it as `db` and end it with `commit()` or `rollback()`. */
  startTransaction: () => Promise<DaoTransaction>
}

/**
 * Makes the dao a handler gets.
 *
 * @param session what the handler's statements go to: an open transaction, or the store
 * @param store the store that session belongs to
 * @param now the time in ms
 */
export function createBaseDao(session: StoreSession, store: Store, now: () => number): BaseDao {
  const sessionOf = ({ db }: DaoTarget): StoreSession => {
    if (db !== undefined && typeof db?.session?.find !== 'function')
      throw new TypeError('vk.baseDao: db must be a transaction of vk.baseDao.startTransaction()')
    return db?.session ?? session
  }

  async function add(method: string, call: DaoTarget, dataJson: unknown): Promise<string> {
    const time = now()
    return sessionOf(call).add(collectionOf(method, call), { _add_time: time, _add_time_str: chinaTime(time), ...dataOf(method, dataJson) })
  }

  async function first(method: string, call: DaoTarget, filter: Filter): Promise<Doc | null> {
    const [doc] = await sessionOf(call).find(collectionOf(method, call), filter, { limit: 1 })
    return doc ?? null
  }

  async function page(method: string, call: PageCall): Promise<DaoPage> {
    const { pageIndex = 1, pageSize = 10 } = call
    for (const [name, value] of [['pageIndex', pageIndex], ['pageSize', pageSize]] as const) {
      if (!Number.isSafeInteger(value) || value < 1)
        throw new RangeError(`vk.baseDao.${method}: ${name} must be a whole number from 1 on`)
    }
    const collection = collectionOf(method, call)
    const orderBy = orderOf(method, call.orderBy ?? call.sortArr)
    const filter = whereOf(call)
    const total = await sessionOf(call).count(collection, filter)
    const rows = await sessionOf(call).find(collection, filter, { orderBy, skip: (pageIndex - 1) * pageSize, limit: pageSize })
    return { rows, total, hasMore: pageIndex * pageSize < total }
  }

  async function changeFirst(tx: StoreSession, collection: string, filter: Filter, patch: Doc): Promise<Doc | null> {
    const [found] = await tx.find(collection, filter, { limit: 1 })
    if (!found)
      return null
    await tx.update(collection, { _id: found._id }, patch)
    const [changed] = await tx.find(collection, { _id: found._id }, { limit: 1 })
    return changed ?? null
  }

  async function numbers(method: string, call: WithField): Promise<number[]> {
    if (typeof call.fieldName !== 'string' || call.fieldName === '')
      throw new TypeError(`vk.baseDao.${method}: fieldName is missing; name the field to compute with`)
    return numbersOf(sessionOf(call), collectionOf(method, call), whereOf(call), call.fieldName)
  }

  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

  return {
    add: call => add('add', call, call.dataJson),
    async adds(call) {
      if (!Array.isArray(call.dataJson))
        throw new TypeError('vk.baseDao.adds: dataJson is missing; give a list of documents')
      const ids: string[] = []
      for (const dataJson of call.dataJson)
        ids.push(await add('adds', call, dataJson))
      return ids
    },
    del: async call => sessionOf(call).remove(collectionOf('del', call), requiredWhereOf('del', call)),
    deleteById: async call => sessionOf(call).remove(collectionOf('deleteById', call), { _id: idOf('deleteById', call.id) }),
    update: async call => sessionOf(call).update(collectionOf('update', call), requiredWhereOf('update', call), patchOf('update', call.dataJson)),
    updateById: async call => sessionOf(call).update(collectionOf('updateById', call), { _id: idOf('updateById', call.id) }, patchOf('updateById', call.dataJson)),
    async updateAndReturn(call) {
      const collection = collectionOf('updateAndReturn', call)
      const filter = requiredWhereOf('updateAndReturn', call)
      const patch = patchOf('updateAndReturn', call.dataJson)
      const current = sessionOf(call)
      return current === store
        ? store.transaction(tx => changeFirst(tx, collection, filter, patch))
        : changeFirst(current, collection, filter, patch)
    },
    find: async call => first('find', call, whereOf(call)),
    findById: async call => first('findById', call, { _id: idOf('findById', call.id) }),
    findByWhereJson: async call => first('findByWhereJson', call, whereOf(call)),
    select: call => page('select', call),
    getTableData: call => page('getTableData', call),
    count: async call => sessionOf(call).count(collectionOf('count', call), whereOf(call)),
    sum: async call => total(await numbers('sum', call)),
    async avg(call) {
      const values = await numbers('avg', call)
      return values.length > 0 ? total(values) / values.length : 0
    },
    max: async call => (await numbers('max', call)).reduce<number | undefined>((best, value) => best === undefined || value > best ? value : best, undefined) ?? 0,
    min: async call => (await numbers('min', call)).reduce<number | undefined>((best, value) => best === undefined || value < best ? value : best, undefined) ?? 0,
    startTransaction: async () => startTransaction(store, session),
  }
}
