import type { CollectionTable } from './sql-collections'
import type { StoredText } from './recent-documents'

/**
 * What a transaction has written itself, as text: nobody else can change it before the transaction
 * ends, so that it need not be read again to be changed again.
 */
export class OwnDocuments {
  private readonly written = new Map<string, StoredText>()

  private key = (table: CollectionTable, id: string): string => `${table.table} ${id}`

  keep(document: StoredText): void {
    this.written.set(this.key(document.table, document.id), document)
  }

  find(table: CollectionTable, id: string): string | undefined {
    return this.written.get(this.key(table, id))?.text
  }

  all(): Iterable<StoredText> {
    return this.written.values()
  }

  forget(): void {
    this.written.clear()
  }
}
