/** Lets one at a time through, in the order of asking. */
export class Mutex {
  private tail: Promise<unknown> = Promise.resolve()

  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.tail.then(work)
    this.tail = turn.catch(() => {})
    return turn
  }

  /** Resolves when everything asked for so far is over. */
  async idle(): Promise<void> {
    await this.tail
  }
}
