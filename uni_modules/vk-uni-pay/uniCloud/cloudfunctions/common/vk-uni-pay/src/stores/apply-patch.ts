import { isDeepStrictEqual } from 'node:util'
import { elementMatcher } from './match'
import type { Change } from './patch'

type Container = Record<string, unknown> | unknown[]

/** How far behind its end a list may be written: an index far out would fill memory with nothing. */
const MAX_GAP = 1000

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null
}

function slotOf(container: Container, part: string, path: string): string | number {
  if (!Array.isArray(container))
    return part
  const index = /^\d+$/.test(part) ? Number(part) : -1
  if (index < 0 || index > container.length + MAX_GAP)
    throw new TypeError(`${path}: ${part} is not a position of the list that is there`)
  return index
}

function read(container: Container, slot: string | number): unknown {
  return Object.prototype.hasOwnProperty.call(container, slot) ? (container as Record<string | number, unknown>)[slot] : undefined
}

function write(container: Container, slot: string | number, value: unknown): void {
  if (Array.isArray(container) && typeof slot === 'number') {
    while (container.length < slot)
      container.push(null)
  }
  (container as Record<string | number, unknown>)[slot] = value
}

interface Place { container: Container, slot: string | number }

/** Walks to the field's container, making objects on the way unless `create` is off and one is missing. */
function locate(doc: Record<string, unknown>, path: string, create: boolean): Place | undefined {
  const parts = path.split('.')
  const last = parts.pop() ?? path
  let container: Container = doc
  for (const part of parts) {
    const slot = slotOf(container, part, path)
    let next = read(container, slot)
    if (next === undefined) {
      if (!create)
        return undefined
      next = {}
      write(container, slot, next)
    }
    if (!isContainer(next)) {
      if (!create)
        return undefined
      throw new TypeError(`${path}: ${part} holds ${next === null ? 'null' : `a ${typeof next}`}, not an object; replace it with command.set`)
    }
    container = next
  }
  return { container, slot: slotOf(container, last, path) }
}

function arithmetic(change: Change, old: unknown): number {
  const by = change.args[0] as number
  if (old !== undefined && typeof old !== 'number')
    throw new TypeError(`${change.path}: command.${change.op} needs a number there, but found ${old === null ? 'null' : `a ${typeof old}`}`)
  const before = old ?? 0
  const after = change.op === 'inc' ? before + by : before * by
  const exact = Number.isInteger(before) && Number.isInteger(by)
  if (!Number.isFinite(after) || (exact && !Number.isSafeInteger(after)))
    throw new RangeError(`${change.path}: command.${change.op} leaves the range in which whole numbers are exact`)
  // whole numbers have no negative zero, JavaScript's have: 0 × -1
  return after + 0
}

function listAt(change: Change, old: unknown): unknown[] {
  if (old !== undefined && !Array.isArray(old))
    throw new TypeError(`${change.path}: command.${change.op} needs a list there`)
  return old ?? []
}

function newValue(change: Change, old: unknown): unknown {
  switch (change.op) {
    case 'inc':
    case 'mul': return arithmetic(change, old)
    case 'push': return [...listAt(change, old), ...change.args]
    case 'pull': {
      const matches = elementMatcher(change.args[0])
      return listAt(change, old).filter(element => !matches(element))
    }
    default: return change.args[0]
  }
}

function removeAt({ container, slot }: Place): boolean {
  if (read(container, slot) === undefined)
    return false
  // a list keeps its positions, as in MongoDB
  if (Array.isArray(container))
    write(container, slot, null)
  else
    delete container[slot]
  return true
}

function applyChange(doc: Record<string, unknown>, change: Change): boolean {
  const place = locate(doc, change.path, change.op !== 'remove' && change.op !== 'pull')
  if (!place)
    return false
  if (change.op === 'remove')
    return removeAt(place)
  const old = read(place.container, place.slot)
  if (change.op === 'pull' && old === undefined)
    return false
  const value = newValue(change, old)
  if (isDeepStrictEqual(old, value))
    return false
  write(place.container, place.slot, value)
  return true
}

/**
 * Changes a document in place, with the meaning uniCloud's update commands have, and answers
 * whether it is different now.
 *
 * @throws TypeError when a change does not fit what is there, RangeError when a sum is no longer exact
 */
export function applyChanges(doc: Record<string, unknown>, changes: readonly Change[]): boolean {
  return changes.map(change => applyChange(doc, change)).includes(true)
}
