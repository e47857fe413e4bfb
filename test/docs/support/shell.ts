import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Block } from './blocks'
import { root } from './blocks'

const { scripts, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<'scripts' | 'devDependencies', Record<string, string | undefined>>

/** Programs that `npm run build` makes → their sources. */
const built: Record<string, string | undefined> = { 'dist/gateway/main.js': 'examples/gateway/src/main.ts', 'dist/server/main.js': 'examples/server/src/main.ts' }

function npm([verb, ...rest]: string[]): string | undefined {
  switch (verb) {
    case 'ci': return undefined
    case 'init': return rest.join() === '-y' ? undefined : 'is not how a folder is made here'
    case 'test': return scripts.test ? undefined : 'there is no test script'
    case 'run': return scripts[rest[0] ?? ''] ? undefined : `there is no script "${rest[0]}"`
    case 'install': return rest.map(installed).find(Boolean)
    default: return `npm ${verb} is not known`
  }
}

function installed(name: string): string | undefined {
  if (name === '../vk-uni-pay')
    return undefined
  const [, id = name, version] = name.match(/^(.+)@([^@]+)$/) ?? []
  return devDependencies[id] === version ? undefined : `${name}: tested is ${devDependencies[id]}`
}

function node([file = '', ...options]: string[], neighbours: readonly string[]): string | undefined {
  const own = file.replace('../vk-uni-pay/', '')
  const source = built[own]
  if (!source)
    return neighbours.includes(file) || existsSync(join(root, own)) ? undefined : `there is no ${file}`
  const text = readFileSync(join(root, source), 'utf8')
  const unknown = options.filter(option => option.startsWith('--') && !text.includes(`${option} `))
  return unknown.length > 0 ? `${file} has no option ${unknown.join(', ')}` : undefined
}

/** What is wrong with a shell block: a command that is not there. `reason="…"` in the info string lets it pass. */
export function wrongCommands({ code, info }: Block, neighbours: readonly string[]): string[] {
  if (/reason="[^"]{10,}"/.test(info))
    return []
  return code.trim().split(/\n|&&/).map(line => line.trim()).filter(line => line && !line.startsWith('#')).flatMap((line) => {
    const [program, ...words] = line.split(/\s+/)
    const wrong = program === 'npm' ? npm(words) : program === 'node' ? node(words, neighbours) : `${program} is not known`
    return wrong ? [`${line}: ${wrong}`] : []
  })
}
