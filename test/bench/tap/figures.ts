import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'

/** A page's figures, by name. */
export type Figures = Record<string, number>

const round = (value: number): number => value < 10 ? Math.round(value * 100) / 100 : Math.round(value)

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** The median of each figure over several runs. */
function medians(runs: readonly Figures[]): Figures {
  const [first = {}] = runs
  return Object.fromEntries(Object.keys(first).map(name => [name, round(median(runs.map(run => run[name]!)))]))
}

/** All of them in each round, so that a machine that slows down slows them all. A first round, which warms everything up, is not counted. */
export async function rounds(count: number, runs: Readonly<Record<string, () => Promise<Figures>>>): Promise<Record<string, Figures>> {
  const found = Object.fromEntries(Object.keys(runs).map(name => [name, [] as Figures[]]))
  for (let round = 0; round <= count; round++) {
    for (const [name, run] of Object.entries(runs)) {
      const figures = await run()
      if (round > 0)
        found[name]!.push(figures)
    }
  }
  return Object.fromEntries(Object.entries(found).map(([name, all]) => [name, medians(all)]))
}

/** Prints the figures of several pages side by side, and adds them to the file `BENCH_OUT` names. */
export function report(place: string, pages: Readonly<Record<string, Figures>>): void {
  console.log(`\n${place}`)
  console.table(pages)
  const file = process.env.BENCH_OUT
  if (!file)
    return
  const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as object : {}
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ ...known, [place]: pages }, null, 2)}\n`)
}
