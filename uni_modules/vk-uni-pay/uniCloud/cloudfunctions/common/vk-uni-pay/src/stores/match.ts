import { Query } from 'mingo'
import type { Filter } from '../core/store'
import { Command } from '../core/store'
import { toCondition } from './condition'
import type { Condition, FieldOp } from './condition'
import { isPlainObject } from './plain'

type Criteria = Record<string, unknown>

const operators: Readonly<Record<FieldOp, string>> = {
  eq: '$eq',
  neq: '$ne',
  gt: '$gt',
  gte: '$gte',
  lt: '$lt',
  lte: '$lte',
  in: '$in',
  nin: '$nin',
  exists: '$exists',
}

function toCriteria(condition: Condition): Criteria {
  if (condition.kind === 'field') {
    const { field, op, value } = condition
    return { [field]: op === 'eq' && value instanceof RegExp ? { $regex: value } : { [operators[op]]: value } }
  }
  return { [condition.kind === 'all' ? '$and' : '$or']: condition.of.map(toCriteria) }
}

/** A value that MongoDB compares as JavaScript does, with others of its kind. */
const isSimple = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

function decideField({ field, op, value }: Extract<Condition, { kind: 'field' }>, doc: Record<string, unknown>): boolean | undefined {
  if (field.includes('.'))
    return undefined
  const stored = Object.prototype.hasOwnProperty.call(doc, field) ? doc[field] : undefined
  if (op === 'exists')
    return (stored !== undefined) === value
  if (stored !== undefined && !isSimple(stored))
    return undefined
  if (op === 'eq' || op === 'neq')
    return isSimple(value) ? (stored === value) === (op === 'eq') : undefined
  if (op === 'in' || op === 'nin')
    return Array.isArray(value) && value.every(isSimple) ? value.includes(stored) === (op === 'in') : undefined
  return undefined
}

/**
 * Decides without MongoDB's rules where none is needed; undefined where they are. The compare-and-set
 * of every payment is decided here, and building a query for it takes longer than the statement.
 */
function decide(condition: Condition, doc: Record<string, unknown>): boolean | undefined {
  if (condition.kind === 'field')
    return decideField(condition, doc)
  const parts = condition.of.map(part => decide(part, doc))
  if (parts.includes(undefined))
    return undefined
  return condition.kind === 'all' ? parts.every(Boolean) : parts.some(Boolean)
}

/** A test of documents with MongoDB's meaning, which is uniCloud's. */
export function matcher(condition: Condition): (doc: Record<string, unknown>) => boolean {
  let query: Query | undefined
  return doc => decide(condition, doc) ?? (query ??= new Query(toCriteria(condition), {})).test(doc)
}

/** A test of the elements of a list, as `command.pull` wants it: a value, a command, or the fields of an object. */
export function elementMatcher(wanted: unknown): (element: unknown) => boolean {
  const filter: Filter = wanted instanceof Command || isPlainObject(wanted)
    ? { element: wanted }
    : { element: new Command('eq', [wanted]) }
  const test = matcher(toCondition(filter))
  return element => test({ element })
}
