import type { Command, Doc, Filter, FindOptions, Patch } from '../core/store'
import type { DaoTransaction } from './dao-transaction'

/** What every call of the dao takes. */
export interface DaoTarget {
  /** The collection. */
  dbName: string
  /** A transaction of `startTransaction()` to take part in. */
  db?: DaoTransaction
}

/** A condition, under the framework's name or the shorter one. */
export interface DaoWhere {
  whereJson?: Record<string, unknown> | Command
  where?: Record<string, unknown> | Command
}

type Direction = 'asc' | 'desc'

/** `[{ name, type }]`, `[[name, type]]`, `{ name: type }` or `'name desc, other asc'`. */
export type DaoOrder
  = | string
    | Readonly<Record<string, Direction>>
    | readonly (readonly [string, Direction] | { readonly name: string, readonly type?: Direction })[]

function missing(method: string, argument: string, cure: string): TypeError {
  return new TypeError(`vk.baseDao.${method}: ${argument} is missing; ${cure}`)
}

export function collectionOf(method: string, { dbName }: DaoTarget): string {
  if (typeof dbName !== 'string' || dbName === '')
    throw missing(method, 'dbName', 'name the collection')
  return dbName
}

export function idOf(method: string, id: unknown): string {
  if (typeof id !== 'string' || id === '')
    throw missing(method, 'id', 'give the _id of the document, a text')
  return id
}

export function dataOf(method: string, dataJson: unknown): Doc {
  if (typeof dataJson !== 'object' || dataJson === null || Array.isArray(dataJson))
    throw missing(method, 'dataJson', 'give an object of fields')
  return dataJson as Doc
}

/** The fields to change; `_id` never changes, a document read before may be handed back whole. */
export function patchOf(method: string, dataJson: unknown): Patch {
  const { _id, ...patch } = dataOf(method, dataJson)
  return patch
}

/** The condition, or everything when none is given. */
export function whereOf({ whereJson, where }: DaoWhere): Filter {
  return whereJson ?? where ?? {}
}

/** The condition of a call that changes documents: forgetting it must not change them all. */
export function requiredWhereOf(method: string, condition: DaoWhere): Filter {
  if (!condition.whereJson && !condition.where)
    throw missing(method, 'whereJson (or where)', 'give a condition, {} for every document')
  return whereOf(condition)
}

function directionOf(method: string, name: string, direction: string): readonly [string, Direction] {
  if (direction !== 'asc' && direction !== 'desc')
    throw new TypeError(`vk.baseDao.${method}: orderBy of ${name} must be 'asc' or 'desc'`)
  return [name, direction]
}

export function orderOf(method: string, order: DaoOrder | undefined): NonNullable<FindOptions['orderBy']> {
  if (order === undefined)
    return []
  if (typeof order === 'string') {
    return order.split(',').filter(part => part.trim() !== '').map((part) => {
      const [name = '', direction = 'asc'] = part.trim().split(/\s+/)
      return directionOf(method, name, direction)
    })
  }
  if (!Array.isArray(order))
    return Object.entries(order).map(([name, direction]) => directionOf(method, name, direction))
  return order.map((part: readonly [string, Direction] | { name: string, type?: Direction }) => 'name' in part
    ? directionOf(method, part.name, part.type ?? 'asc')
    : directionOf(method, part[0], part[1]))
}
