/** `npm run bench:confirming`, see `scripts/bench-confirming.mjs`. */
import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { defaultPollPolicy } from '../../../js_sdk/poll'
import { better, compare } from './compare'

const option = (name: string) => process.argv.find(one => one.startsWith(`--${name}=`))?.split('=')[1]
const count = Number(option('count') ?? 100_000)
const seed = Number(option('seed') ?? 20261128)

// what the client asks of its surroundings
Object.assign(globalThis, { uni: {}, getCurrentPages: () => [{ route: 'pages/goods/goods' }] })

const seconds = (ms: number): string => (ms / 1000).toFixed(2)
const worlds = []
for (const asksChannel of [true, false]) {
  console.log(`\n${count} payments, seed ${seed}; the server ${asksChannel ? 'asks the channel when it is asked, as ours does' : 'knows only what it was notified of'}`)
  const rows = await compare(defaultPollPolicy, { asksChannel }, { count, seed })
  console.table(Object.fromEntries(rows.map(row => [row.name, {
    'mean s': seconds(row.meanMs),
    'p95 s': seconds(row.p95Ms),
    'queries': row.queries.toFixed(3),
    'to the channel': row.upstream.toFixed(3),
    'held s': seconds(row.heldMs),
    'told wrong': row.wrong,
    'told nothing': row.never,
    'told pending': row.pending,
  }])))
  const lost = rows.filter(row => row.isFixed && !better(rows[0]!, row)).map(row => row.name)
  console.log(lost.length > 0 ? `NOT better in mean, p95 and queries than: ${lost.join(', ')}` : 'better than each fixed pace in mean, p95 and queries')
  process.exitCode ||= lost.length > 0 ? 1 : 0
  worlds.push({ asksChannel, rows })
}
const out = option('out')
if (out)
  writeFileSync(out, JSON.stringify({ count, seed, worlds }))
