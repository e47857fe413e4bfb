/** One table of `scripts/bench-cloud.mjs`, by its name. */
import { benchColdStart } from './cold-start'
import { benchEffects } from './effects'
import { benchGrowth } from './growth'
import { benchMemory } from './memory'
import { benchProcesses } from './processes'
import { benchVerifying } from './verifying'

const tables: Readonly<Record<string, () => Promise<void> | void>> = {
  verify: benchVerifying,
  effects: benchEffects,
  processes: benchProcesses,
  coldstart: benchColdStart,
  memory: benchMemory,
  growth: benchGrowth,
}

await tables[process.argv[2] ?? '']?.()
