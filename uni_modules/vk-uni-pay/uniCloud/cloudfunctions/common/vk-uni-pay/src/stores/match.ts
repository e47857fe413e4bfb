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

/** A test of documents with MongoDB's meaning, which is uniCloud's. */
export function matcher(condition: Condition): (doc: Record<string, unknown>) => boolean {
  const query = new Query(toCriteria(condition), {})
  return doc => query.test(doc)
}

/** A test of the elements of a list, as `command.pull` wants it: a value, a command, or the fields of an object. */
export function elementMatcher(wanted: unknown): (element: unknown) => boolean {
  const filter: Filter = wanted instanceof Command || isPlainObject(wanted)
    ? { element: wanted }
    : { element: new Command('eq', [wanted]) }
  const test = matcher(toCondition(filter))
  return element => test({ element })
}
