import { Command } from '../core/store'
import type { Filter, QueryOp } from '../core/store'
import { isPlainObject } from './plain'

/** The query commands that look at one field. */
export type FieldOp = Exclude<QueryOp, 'and' | 'or'>

/** A filter in its smallest form: every store translates only this. */
export type Condition
  = | { readonly kind: 'all', readonly of: readonly Condition[] }
    | { readonly kind: 'any', readonly of: readonly Condition[] }
    | { readonly kind: 'field', readonly field: string, readonly op: FieldOp, readonly value: unknown }

const listOps: readonly string[] = ['in', 'nin']
const fieldOps: readonly string[] = ['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'exists']

function isFieldOp(op: string): op is FieldOp {
  return fieldOps.includes(op)
}

function fromCommand(field: string, command: Command): Condition {
  if (command.op === 'and' || command.op === 'or') {
    return {
      kind: command.op === 'and' ? 'all' : 'any',
      of: command.args.map(arg => fromValue(field, arg)),
    }
  }
  if (!isFieldOp(command.op))
    throw new TypeError(`${field}: command.${command.op} changes a field, it cannot be searched for`)
  const value = listOps.includes(command.op) ? command.args : command.op === 'exists' ? command.args[0] !== false : command.args[0]
  if (value === undefined)
    throw new TypeError(`${field}: command.${command.op} needs a value, but got undefined`)
  return { kind: 'field', field, op: command.op, value }
}

function fromValue(field: string, value: unknown): Condition {
  // dropping the field instead would match, and change, every document
  if (value === undefined)
    throw new TypeError(`${field}: undefined cannot be searched for; leave the field out or give a value`)
  if (value instanceof Command)
    return fromCommand(field, value)
  if (isPlainObject(value) && Object.keys(value).length > 0)
    return fromRecord(value, `${field}.`)
  return { kind: 'field', field, op: 'eq', value }
}

function fromRecord(record: Record<string, unknown>, prefix = ''): Condition {
  const of = Object.keys(record).map(key => fromValue(prefix + key, record[key]))
  const [only] = of
  return of.length === 1 && only ? only : { kind: 'all', of }
}

/**
 * Brings a filter into its smallest form. As in uniCloud, an object literal asks for the fields
 * it names (`{ a: { b: 1 } }` is `{ 'a.b': 1 }`); `command.eq({…})` asks for the whole object.
 *
 * @throws TypeError for `undefined` and for update commands
 */
export function toCondition(filter: Filter): Condition {
  if (!(filter instanceof Command))
    return fromRecord(filter)
  if (filter.op !== 'and' && filter.op !== 'or')
    throw new TypeError(`command.${filter.op} needs a field; only command.and and command.or take whole filters`)
  return {
    kind: filter.op === 'and' ? 'all' : 'any',
    of: filter.args.map((arg) => {
      if (!(arg instanceof Command) && !isPlainObject(arg))
        throw new TypeError(`command.${filter.op}: every part must be a filter, an object of fields`)
      return toCondition(arg)
    }),
  }
}
