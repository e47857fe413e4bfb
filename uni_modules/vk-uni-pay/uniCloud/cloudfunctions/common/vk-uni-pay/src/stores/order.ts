import type { Doc, FindOptions } from '../core/store'

/** MongoDB's order of types: nothing, numbers, text, objects, lists, truth values. */
function rank(value: unknown): number {
  if (value === undefined || value === null)
    return 0
  switch (typeof value) {
    case 'number': return 1
    case 'string': return 2
    case 'boolean': return 5
    default: return Array.isArray(value) ? 4 : 3
  }
}

/** By code points, as UTF-8 databases do; JavaScript's own `<` goes by UTF-16 units. */
function compareText(a: string, b: string): number {
  const x = [...a]
  const y = [...b]
  for (let i = 0; i < x.length && i < y.length; i++) {
    const difference = (x[i]?.codePointAt(0) ?? 0) - (y[i]?.codePointAt(0) ?? 0)
    if (difference !== 0)
      return difference
  }
  return x.length - y.length
}

function compareValues(a: unknown, b: unknown): number {
  const byType = rank(a) - rank(b)
  if (byType !== 0)
    return byType
  if (typeof a === 'string' && typeof b === 'string')
    return compareText(a, b)
  if ((typeof a === 'number' && typeof b === 'number') || (typeof a === 'boolean' && typeof b === 'boolean'))
    return Number(a) - Number(b)
  return 0
}

function valueAt(doc: Doc, path: string): unknown {
  let value: unknown = doc
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null)
      return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}

/** Sorts documents as a database would; documents that compare equal keep their order. */
export function sortDocs(docs: Doc[], orderBy: NonNullable<FindOptions['orderBy']>): Doc[] {
  return docs.sort((a, b) => {
    for (const [field, direction] of orderBy) {
      const difference = compareValues(valueAt(a, field), valueAt(b, field))
      if (difference !== 0)
        return direction === 'desc' ? -difference : difference
    }
    return 0
  })
}
