import { Command } from '../core/store'

/** An object literal: not a list, not a date, not a {@link Command}. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
    // handlers may run in another realm (vm), where object literals have another prototype
    || Object.getPrototypeOf(prototype) === null
}

function refuseUnstorable(this: unknown, key: string, value: unknown): unknown {
  if (value instanceof Command)
    throw new TypeError(`${key}: command.${value.op} cannot be stored; give the value itself`)
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError(`${key}: ${value} cannot be stored; give a finite number`)
  return value
}

/** Whether JSON keeps a value as it is, without looking at each of its parts twice. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'number')
    return Number.isFinite(value)
  if (typeof value !== 'object' || value === null)
    return true
  if (Array.isArray(value))
    return value.every(isStorable)
  // what turns itself into JSON (dates) is looked at when it has
  return Object.getPrototypeOf(value) === Object.prototype && typeof (value as { toJSON?: unknown }).toJSON !== 'function' && Object.values(value).every(isStorable)
}

/** A document as JSON text. @throws TypeError for what JSON would silently lose: commands, NaN, infinities. */
export function toJson(value: unknown): string {
  // a replacer is called for every value of a document: only who has something odd in it pays for that
  return isStorable(value) ? JSON.stringify(value) : JSON.stringify(value, refuseUnstorable)
}

function isPlainScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0))
}

/** A copy made of plain JSON values: what every store keeps, whatever it is built on. */
export function toPlain<T>(value: T): T {
  return value === undefined || isPlainScalar(value) ? value : JSON.parse(toJson(value)) as T
}
