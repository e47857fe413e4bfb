import type { CollectionTable } from './sql-collections'
import type { StoredText } from './recent-documents'

/** A document this transaction has written; `at` is the address of its row, while that is known. */
export interface OwnText extends StoredText { readonly at?: string }

/**
 * What a transaction has written itself, as text: nobody else can change it before the transaction
 * ends, so that it need not be read again to be changed again.
 */
export class OwnDocuments {
  private readonly written = new Map<string, OwnText>()

  private key = (table: CollectionTable, id: string): string => `${table.table} ${id}`

  keep(document: OwnText): void {
    this.written.set(this.key(document.table, document.id), document)
  }

  find(table: CollectionTable, id: string): OwnText | undefined {
    return this.written.get(this.key(table, id))
  }

  all(): Iterable<StoredText> {
    return this.written.values()
  }

  forget(): void {
    this.written.clear()
  }
}
