import type { CollectionTable } from './sql-collections'

/** Documents a store remembers. */
const MOST = 512
/** The longest document that is remembered, characters of its JSON. */
const LONGEST = 32_768

/** A document as it is stored. */
export interface StoredText { readonly table: CollectionTable, readonly id: string, readonly text: string }

/**
 * What documents looked like when they were last read or written, as text. It may be old, so it
 * proves nothing: a change made from it is written only where this very text is still stored.
 */
export class RecentDocuments {
  private readonly texts = new Map<string, string>()

  private key = (table: CollectionTable, id: string): string => `${table.table} ${id}`

  keep({ table, id, text }: StoredText): void {
    const key = this.key(table, id)
    this.texts.delete(key)
    if (text.length > LONGEST)
      return
    // a Map is in the order of insertion: the first is the one not seen for longest
    for (const oldest of this.texts.keys()) {
      if (this.texts.size < MOST)
        break
      this.texts.delete(oldest)
    }
    this.texts.set(key, text)
  }

  find(table: CollectionTable, id: string): string | undefined {
    return this.texts.get(this.key(table, id))
  }

  forget(table: CollectionTable, id: string): void {
    this.texts.delete(this.key(table, id))
  }
}
