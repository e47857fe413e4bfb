/** `npm run bench:cloud`: the tables that are named, or all that are about one process after the other. */
import { benchColdStart } from './cold-start'
import { benchEffects } from './effects'
import { benchGrowth } from './growth'
import { benchMemory } from './memory'
import { benchProcesses } from './processes'
import { benchVerifying } from './verifying'

const tables: Readonly<Record<string, () => Promise<void> | void>> = {
  verify: benchVerifying,
  effects: () => benchEffects(process.env.BENCH_ENGINE),
  processes: benchProcesses,
  coldstart: benchColdStart,
  memory: benchMemory,
  growth: benchGrowth,
}
/** Asked for by a name of its own: it takes longer than all the others. */
const whole = Object.keys(tables).filter(name => name !== 'growth')

const asked = process.argv.slice(2)
const unknown = asked.filter(name => !(name in tables))
if (unknown.length > 0)
  throw new Error(`no such table: ${unknown.join(', ')}; there are ${Object.keys(tables).join(', ')}`)
for (const name of asked.length > 0 ? asked : whole)
  await tables[name]!()
