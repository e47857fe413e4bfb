import type { Knex } from 'knex'
import type { Condition, FieldOp } from './condition'
import type { CollectionTable, IndexedColumn } from './sql-collections'

/** The part of a condition that SQL can decide. */
export interface PushedCondition {
  /** Narrows a query. Never leaves out a document that matches. */
  readonly apply: (query: Knex.QueryBuilder) => void
  /** Whether the narrowed rows are all matches, so that nothing is left to decide. */
  readonly exact: boolean
}

type FieldCondition = Extract<Condition, { kind: 'field' }>

/** More values than this in one list are compared here instead: databases limit a statement's values. */
const MAX_LIST = 500

const comparisons: Readonly<Partial<Record<FieldOp, string>>> = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' }

const nothing: PushedCondition = { apply: query => void query.whereRaw('1 = 0'), exact: true }
/** Said in words: an empty group inside OR would be dropped, and with it the alternative. */
const everything: PushedCondition = { apply: query => void query.whereRaw('1 = 1'), exact: true }

/**
 * Whether SQL compares this value exactly as JavaScript does. Fractions are left out because the
 * two may read a decimal differently in its last bit; halves of surrogate pairs and NUL because
 * neither database can take them as text.
 */
function comparable(value: unknown, { type }: IndexedColumn): boolean {
  return type === 'number'
    ? Number.isSafeInteger(value)
    : typeof value === 'string' && !/[\p{Surrogate}\0]/u.test(value)
}

function pushList({ op, value }: FieldCondition, target: IndexedColumn): PushedCondition | undefined {
  const values = value as readonly (string | number | null)[]
  const known = values.filter(item => item !== null)
  if (known.length > MAX_LIST || !known.every(item => comparable(item, target)))
    return undefined
  const withNull = known.length < values.length
  if (op === 'in') {
    return {
      apply: query => void query.where((either) => {
        void either.whereIn(target.column, known)
        if (withNull)
          void either.orWhereNull(target.column)
      }),
      exact: !withNull,
    }
  }
  if (withNull)
    return undefined
  return { apply: query => void query.where(either => void either.whereNull(target.column).orWhereNotIn(target.column, known)), exact: true }
}

function pushField(condition: FieldCondition, target: IndexedColumn | undefined): PushedCondition | undefined {
  if (!target)
    return undefined
  const { op, value } = condition
  if (op === 'in' || op === 'nin')
    return pushList(condition, target)
  // NULL also stands for a value of another type, so this only narrows
  if (op === 'eq' && value === null)
    return { apply: query => void query.whereNull(target.column), exact: false }
  if (!comparable(value, target))
    return undefined
  const operand = value as string | number
  if (op === 'neq')
    return { apply: query => void query.where(either => void either.whereNull(target.column).orWhere(target.column, '<>', operand)), exact: true }
  const comparison = comparisons[op]
  return comparison === undefined ? undefined : { apply: query => void query.where(target.column, comparison, operand), exact: true }
}

function pushAll(parts: readonly (PushedCondition | undefined)[]): PushedCondition | undefined {
  const pushed = parts.filter(part => part !== undefined)
  if (parts.length === 0)
    return everything
  if (pushed.length === 0)
    return undefined
  return {
    apply: query => pushed.forEach(part => part.apply(query)),
    exact: parts.every(part => part?.exact === true),
  }
}

function pushAny(parts: readonly (PushedCondition | undefined)[]): PushedCondition | undefined {
  const pushed = parts.filter(part => part !== undefined)
  if (pushed.length < parts.length)
    return undefined
  if (pushed.length === 0)
    return nothing
  return {
    apply: query => void query.where(either => pushed.forEach(part => void either.orWhere(one => part.apply(one)))),
    exact: pushed.every(part => part.exact),
  }
}

/** Translates what can be translated: conditions on `_id` and on indexed fields. */
export function pushDown(condition: Condition, table: CollectionTable): PushedCondition | undefined {
  if (condition.kind === 'field')
    return pushField(condition, table.columns.get(condition.field))
  const parts = condition.of.map(part => pushDown(part, table))
  return condition.kind === 'all' ? pushAll(parts) : pushAny(parts)
}
