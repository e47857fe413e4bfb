/** `db.command` of the stand-in: its own class, so that a command of the plugin that slips through is noticed. */
export class FakeCommand {
  constructor(readonly op: string, readonly args: readonly unknown[]) {}
}

const plain = (op: string) => (...args: unknown[]) => new FakeCommand(op, args)
const list = (op: string) => (...args: unknown[]) => new FakeCommand(op, args.length === 1 && Array.isArray(args[0]) ? args[0] : args)
function onlyList(op: string) {
  return (values: unknown) => {
    if (!Array.isArray(values))
      throw new TypeError(`${op} takes a list`)
    return new FakeCommand(op, values)
  }
}

export const fakeCommand = {
  eq: plain('$eq'),
  neq: plain('$ne'),
  gt: plain('$gt'),
  gte: plain('$gte'),
  lt: plain('$lt'),
  lte: plain('$lte'),
  exists: plain('$exists'),
  in: onlyList('$in'),
  nin: onlyList('$nin'),
  and: list('$and'),
  or: list('$or'),
  set: plain('$set'),
  remove: plain('$unset'),
  inc: plain('$inc'),
  mul: plain('$mul'),
  push: list('$push'),
  pull: plain('$pull'),
}

type Plain = Record<string, unknown>

function isLiteral(value: unknown): value is Plain {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof FakeCommand || value instanceof RegExp)
    return false
  if (Object.getPrototypeOf(value) !== Object.prototype)
    throw new TypeError(`the database cannot store a ${value.constructor.name}`)
  return true
}

function operand(command: FakeCommand): unknown {
  return command.op === '$in' || command.op === '$nin' ? command.args : command.args[0]
}

const joins = (op: string): boolean => op === '$and' || op === '$or'

function fieldCriteria(field: string, value: unknown): Plain {
  if (value instanceof FakeCommand) {
    return joins(value.op)
      ? { [value.op]: value.args.map(arg => fieldCriteria(field, arg)) }
      : { [field]: { [value.op]: operand(value) } }
  }
  if (isLiteral(value))
    return { $and: Object.keys(value).map(key => fieldCriteria(`${field}.${key}`, value[key])) }
  if (value === undefined)
    throw new TypeError(`${field} is undefined`)
  return { [field]: value instanceof RegExp ? { $regex: value } : { $eq: value } }
}

/** The condition of a `where()` as MongoDB writes it. */
export function toCriteria(condition: unknown): Plain {
  if (condition instanceof FakeCommand && joins(condition.op))
    return { [condition.op]: condition.args.map(toCriteria) }
  if (!isLiteral(condition))
    throw new TypeError('where() takes an object, or and/or of objects')
  const parts = Object.keys(condition).map(key => fieldCriteria(key, condition[key]))
  return parts.length > 0 ? { $and: parts } : {}
}

function pullCriteria(value: unknown): unknown {
  if (value instanceof FakeCommand)
    return { [value.op]: operand(value) }
  return isLiteral(value)
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, pullCriteria(part)]))
    : value
}

function modifierValue({ op, args }: FakeCommand): unknown {
  switch (op) {
    case '$push': return { $each: args }
    case '$unset': return ''
    case '$pull': return pullCriteria(args[0])
    default: return args[0]
  }
}

/** The data of an `update()` as MongoDB writes it; object literals are merged, as uniCloud documents. */
export function toModifier(data: unknown, prefix = '', modifier: Record<string, Plain> = {}): Record<string, Plain> {
  if (!isLiteral(data))
    throw new TypeError('update() takes an object')
  for (const [key, value] of Object.entries(data)) {
    const path = prefix + key
    if (path === '_id')
      throw new Error('_id cannot be updated')
    if (isLiteral(value)) {
      toModifier(value, `${path}.`, modifier)
      continue
    }
    const op = value instanceof FakeCommand ? value.op : '$set'
    modifier[op] = { ...modifier[op], [path]: value instanceof FakeCommand ? modifierValue(value) : value }
  }
  return modifier
}
