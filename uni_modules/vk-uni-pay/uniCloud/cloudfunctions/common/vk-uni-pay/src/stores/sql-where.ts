import type { Condition, FieldOp } from './condition'
import type { CollectionTable, IndexedColumn } from './sql-collections'
import type { SqlValue } from './sql-connection'

/** The part of a condition that SQL can decide. */
export interface PushedCondition {
  /** Narrows a query, in brackets where it has to be. Never leaves out a document that matches. */
  readonly sql: string
  /** For the `?` in it. */
  readonly values: readonly SqlValue[]
  /** Whether the narrowed rows are all matches, so that nothing is left to decide. */
  readonly exact: boolean
}

type FieldCondition = Extract<Condition, { kind: 'field' }>

/** More values than this in one list are compared here instead: databases limit a statement's values. */
const MAX_LIST = 500

const comparisons: Readonly<Partial<Record<FieldOp, string>>> = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' }

const nothing: PushedCondition = { sql: '1 = 0', values: [], exact: true }
const everything: PushedCondition = { sql: '1 = 1', values: [], exact: true }

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
  const column = `"${target.column}"`
  const list = known.map(() => '?').join(', ')
  if (op === 'in') {
    const among = known.length > 0 ? `${column} in (${list})` : '1 = 0'
    return { sql: withNull ? `(${among} or ${column} is null)` : among, values: known, exact: !withNull }
  }
  if (withNull)
    return undefined
  return known.length > 0 ? { sql: `(${column} is null or ${column} not in (${list}))`, values: known, exact: true } : everything
}

function pushField(condition: FieldCondition, target: IndexedColumn | undefined): PushedCondition | undefined {
  if (!target)
    return undefined
  const { op, value } = condition
  if (op === 'in' || op === 'nin')
    return pushList(condition, target)
  const column = `"${target.column}"`
  // NULL also stands for a value of another type, so this only narrows
  if (op === 'eq' && value === null)
    return { sql: `${column} is null`, values: [], exact: false }
  if (!comparable(value, target))
    return undefined
  const values = [value as SqlValue]
  if (op === 'neq')
    return { sql: `(${column} is null or ${column} <> ?)`, values, exact: true }
  const comparison = comparisons[op]
  return comparison === undefined ? undefined : { sql: `${column} ${comparison} ?`, values, exact: true }
}

function join(parts: readonly PushedCondition[], word: 'and' | 'or'): Pick<PushedCondition, 'sql' | 'values'> {
  const [only] = parts
  return parts.length === 1 && only
    ? only
    : { sql: `(${parts.map(({ sql }) => sql).join(` ${word} `)})`, values: parts.flatMap(({ values }) => values) }
}

function pushAll(parts: readonly (PushedCondition | undefined)[]): PushedCondition | undefined {
  const pushed = parts.filter(part => part !== undefined)
  if (parts.length === 0)
    return everything
  if (pushed.length === 0)
    return undefined
  return { ...join(pushed, 'and'), exact: parts.every(part => part?.exact === true) }
}

function pushAny(parts: readonly (PushedCondition | undefined)[]): PushedCondition | undefined {
  const pushed = parts.filter(part => part !== undefined)
  if (pushed.length < parts.length)
    return undefined
  if (pushed.length === 0)
    return nothing
  return { ...join(pushed, 'or'), exact: pushed.every(part => part.exact) }
}

/** Translates what can be translated: conditions on `_id` and on indexed fields. */
export function pushDown(condition: Condition, table: CollectionTable): PushedCondition | undefined {
  if (condition.kind === 'field')
    return pushField(condition, table.columns.get(condition.field))
  const parts = condition.of.map(part => pushDown(part, table))
  return condition.kind === 'all' ? pushAll(parts) : pushAny(parts)
}
