import { FakeCollection } from './fake-collection'
import type { Scope } from './fake-collection'
import { fakeCommand } from './fake-command'
import { FakeStorage } from './fake-storage'
import type { UniqueFields } from './fake-storage'
import { FakeTransaction, request } from './fake-transaction'

export interface FakeUniCloudOptions {
  unique?: UniqueFields
  /** The time in ms; a transaction older than 10 s is taken back. */
  now?: () => number
}

/** A stand-in of `uniCloud.database()` that keeps to the limits its documentation names. */
export class FakeUniCloud {
  readonly command = fakeCommand
  /** Transactions begun so far, to see retries. */
  transactions = 0
  private readonly storage: FakeStorage
  private readonly now: () => number

  constructor(options: FakeUniCloudOptions = {}) {
    this.storage = new FakeStorage(options.unique ?? {})
    this.now = options.now ?? Date.now
  }

  collection(name: string): FakeCollection {
    return new FakeCollection(this.scope(), name, () => this.storage.nextId())
  }

  async startTransaction(): Promise<FakeTransaction> {
    await request()
    this.transactions++
    return new FakeTransaction(this.storage, this.now)
  }

  private scope(): Scope {
    const { storage } = this
    return {
      inTransaction: false,
      rows: collection => storage.rows(collection),
      async statement(work) {
        await request()
        return work()
      },
      async add(collection, row) {
        await storage.untilFree(collection, row)
        storage.checkUnique(collection, row, storage.rows(collection), true)
        storage.put(collection, row)
      },
      async change(collection, wanted, change) {
        await storage.untilUnlocked(collection, () => wanted().map(row => row._id))
        let changed = 0
        for (const row of wanted()) {
          const next = change(row)
          if (next === undefined)
            continue
          if (next === 'remove') {
            storage.delete(collection, row._id)
          }
          else {
            storage.checkUnique(collection, next, storage.rows(collection), false)
            storage.put(collection, next)
          }
          changed++
        }
        return changed
      },
    }
  }
}
