import { availableParallelism, cpus } from 'node:os'
import process from 'node:process'

/** When and on what something was measured: a figure without them says little. */
export function machine() {
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} × ${cpus()[0]?.model ?? process.arch}`,
    node: process.version,
  }
}
