/** Rates side by side: every contender runs in every round, so that a machine that slows down slows them all. */

/** Does its work so many times; the time it takes is what is measured. */
export type Contender = (count: number) => Promise<void> | void

export interface Rate { name: string, perSecond: number }

/** Rounds that count, after one that does not. */
export const ROUNDS = 5

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

async function timed(run: Contender, count: number): Promise<number> {
  const startedAt = process.hrtime.bigint()
  await run(count)
  return count / (Number(process.hrtime.bigint() - startedAt) / 1e9)
}

/** The medians of several rounds; a round before them, which warms everything up, is not counted. */
export async function measure(contenders: Readonly<Record<string, Contender>>, count: number): Promise<Rate[]> {
  const rates = new Map<string, number[]>(Object.keys(contenders).map(name => [name, []]))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const rate = await timed(run, count)
      if (round > 0)
        rates.get(name)?.push(rate)
    }
  }
  return [...rates].map(([name, values]) => ({ name, perSecond: median(values) }))
}

/** Lets `width` of them run at the same time. */
export async function atOnce(width: number, count: number, work: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++)
      await work(i)
  }
  await Promise.all(Array.from({ length: width }, worker))
}

/** Prints the rates, each beside the first one that is bare. */
export function print(title: string, rates: readonly Rate[], bare: string, target?: { name: string, ratio: number }): void {
  const base = rates.find(({ name }) => name === bare)?.perSecond ?? Number.NaN
  if (title)
    console.log(`\n${title}`)
  for (const { name, perSecond } of rates) {
    const ratio = perSecond / base
    const wanted = target?.name === name ? `  target ${target.ratio}: ${ratio >= target.ratio ? 'met' : 'NOT met'}` : ''
    console.log(`  ${name.padEnd(46)}${Math.round(perSecond).toString().padStart(8)} /s   ${ratio.toFixed(2)}${wanted}`)
  }
}
