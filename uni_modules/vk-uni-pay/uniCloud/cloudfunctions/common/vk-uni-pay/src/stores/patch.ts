import { Command } from '../core/store'
import type { Patch, UpdateOp } from '../core/store'
import { isPlainObject, toPlain } from './plain'

/** One change to one field, dotted. */
export interface Change {
  readonly path: string
  readonly op: UpdateOp
  /** The new value, the number, the elements: what the command was given, as plain JSON (conditions of pull aside). */
  readonly args: readonly unknown[]
}

const updateOps: readonly string[] = ['inc', 'mul', 'set', 'remove', 'push', 'pull']

function isUpdateOp(op: string): op is UpdateOp {
  return updateOps.includes(op)
}

function fromCommand(path: string, command: Command): Change {
  if (!isUpdateOp(command.op))
    throw new TypeError(`${path}: command.${command.op} searches, it cannot change a field`)
  if (command.op === 'inc' || command.op === 'mul') {
    const [by] = command.args
    if (typeof by !== 'number' || !Number.isFinite(by))
      throw new TypeError(`${path}: command.${command.op} needs a finite number`)
  }
  if ((command.op === 'set' || command.op === 'pull') && command.args[0] === undefined)
    throw new TypeError(`${path}: command.${command.op} needs a value, but got undefined`)
  return { path, op: command.op, args: command.op === 'pull' ? command.args : toPlain(command.args) }
}

function collect(record: Record<string, unknown>, prefix: string, changes: Change[]): Change[] {
  for (const key of Object.keys(record)) {
    const value = record[key]
    const path = prefix + key
    // JSON has no undefined: such a field is not mentioned at all
    if (value === undefined)
      continue
    if (value instanceof Command)
      changes.push(fromCommand(path, value))
    else if (isPlainObject(value) && Object.keys(value).length > 0)
      collect(value, `${path}.`, changes)
    else
      changes.push({ path, op: 'set', args: [toPlain(value)] })
  }
  return changes
}

/** The objects a dotted name reaches into, from the outside in. */
function* outerPaths(path: string): Iterable<string> {
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1))
    yield path.slice(0, dot)
}

function refuseOverlap(changes: readonly Change[]): void {
  const paths = new Set<string>()
  for (const { path } of changes) {
    if (paths.has(path))
      throw new TypeError(`${path} is changed twice (${path}); name it once`)
    paths.add(path)
  }
  for (const path of paths) {
    for (const outer of outerPaths(path)) {
      if (paths.has(outer))
        throw new TypeError(`${outer} is changed twice (${path}); name it once`)
    }
  }
}

/**
 * Brings an update into single changes. As in uniCloud, an object literal is merged into what is
 * there (`{ a: { b: 1 } }` is `{ 'a.b': 1 }`); `command.set({…})` and an empty object replace.
 *
 * @throws TypeError for query commands, for `_id`, and when one field is named twice
 */
export function toChanges(patch: Patch): Change[] {
  const changes = collect(patch, '', [])
  for (const { path } of changes) {
    if (path === '_id')
      throw new TypeError('_id cannot be changed; leave it out of the update')
    if (path.split('.').some(part => part === '' || part === '__proto__'))
      throw new TypeError(`${path} is not a field name`)
  }
  refuseOverlap(changes)
  return changes
}
