import type { FindOptions } from '../core/store'

/** {@link FindOptions} with the defaults filled in. */
export type FindRange = Required<FindOptions>

function whole(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${name} must be a whole number from 0 on, but is ${value}`)
  return value
}

/** Fills in the defaults: from the start, 100 documents, in no particular order. @throws RangeError */
export function toRange(options: FindOptions = {}): FindRange {
  const orderBy = options.orderBy ?? []
  for (const [field, direction] of orderBy) {
    if (direction !== 'asc' && direction !== 'desc')
      throw new RangeError(`orderBy of ${field} must be 'asc' or 'desc'`)
  }
  return { orderBy, skip: whole('skip', options.skip ?? 0), limit: whole('limit', options.limit ?? 100) }
}
