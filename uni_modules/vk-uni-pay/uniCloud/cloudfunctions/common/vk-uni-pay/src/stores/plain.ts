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

/** A document as JSON text. @throws TypeError for what JSON would silently lose: commands, NaN, infinities. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, refuseUnstorable)
}

/** A copy made of plain JSON values: what every store keeps, whatever it is built on. */
export function toPlain<T>(value: T): T {
  return value === undefined ? value : JSON.parse(toJson(value)) as T
}
