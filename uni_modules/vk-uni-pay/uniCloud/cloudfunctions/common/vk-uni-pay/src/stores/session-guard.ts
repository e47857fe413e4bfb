import { Mutex } from './mutex'

/**
 * Keeps a transaction honest. Its statements run one after the other, also when the caller starts
 * several at once. After a failure it only repeats that failure: MongoDB and PostgreSQL give a
 * transaction up at the first error, and a handler that caught it must not believe that what it
 * did afterwards was kept. And it notices statements that come too late.
 */
export class SessionGuard {
  private readonly turn = new Mutex()
  private failure: { readonly error: unknown } | undefined
  private over = false

  get isOver(): boolean {
    return this.over
  }

  /** @throws Error after the end of the transaction, and the first failure again after that */
  async run<T>(statement: () => Promise<T>): Promise<T> {
    if (this.over)
      throw new Error('the transaction is over; await everything inside it')
    return this.turn.run(async () => {
      if (this.failure)
        throw this.failure.error
      try {
        return await statement()
      }
      catch (error) {
        this.failure = { error }
        throw error
      }
    })
  }

  /** Ends the session and waits for statements nobody awaited. */
  async close(): Promise<void> {
    this.over = true
    await this.turn.idle()
  }

  /** Ends the session before a commit. @throws the failure of any statement, caught by the caller or not */
  async finish(): Promise<void> {
    await this.close()
    if (this.failure)
      throw this.failure.error
  }
}
