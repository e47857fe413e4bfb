import type { Doc, Filter, StoreSession } from '../core/store'

const PAGE = 500

function valueAt(doc: Doc, path: string): unknown {
  return path.split('.').reduce<unknown>((at, part) => typeof at === 'object' && at !== null ? (at as Doc)[part] : undefined, doc)
}

/** The numbers in one field of all matches; what is no number does not count, as in MongoDB. */
export async function numbersOf(session: StoreSession, collection: string, filter: Filter, field: string): Promise<number[]> {
  const numbers: number[] = []
  for (let skip = 0; ; skip += PAGE) {
    const docs = await session.find(collection, filter, { orderBy: [['_id', 'asc']], skip, limit: PAGE })
    for (const doc of docs) {
      const value = valueAt(doc, field)
      if (typeof value === 'number')
        numbers.push(value)
    }
    if (docs.length < PAGE)
      return numbers
  }
}
