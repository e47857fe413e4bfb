import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { allBlocks, blocksIn, distinct, markdownFiles, place, root } from './support/blocks'
import { wrongCommands } from './support/shell'

const blocks = allBlocks()
const of = (kind: string) => distinct(blocks.filter(block => block.kind === kind))

it('every kind of block is there to be checked', () => {
  const counts: Record<string, number> = {}
  for (const { kind } of blocks)
    counts[kind] = (counts[kind] ?? 0) + 1
  console.log(`${blocks.length} code blocks in ${markdownFiles().length} files: ${Object.entries(counts).sort(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} ${count}`).join(', ')}; ${distinct(blocks).length} different ones`)
  expect(Object.keys(counts).sort()).toEqual(['action', 'client', 'config', 'function', 'handler', 'host', 'json', 'shell', 'text', 'ts', 'vue'])
})

it('a block in a language that nobody checks is refused', () => {
  expect(() => blocksIn('page.md', '# x\n\n```php\necho 1;\n```\n')).toThrow('page.md:4')
})

describe('json', () => {
  it.each(of('json').map(({ block, places }) => [places.join(', '), block] as const))('%s', (_, { code }) => {
    const value = JSON.parse(code) as { path?: string }
    if (value.path !== undefined)
      expect(existsSync(join(root, `${value.path}.vue`))).toBe(true)
  })
})

describe('shell', () => {
  it.each(of('shell').map(({ block, places }) => [places.join(', '), block] as const))('%s', (_, block) => {
    const neighbours = blocks.filter(({ file, name }) => file === block.file && name).map(({ name }) => name)
    expect(wrongCommands(block, neighbours)).toEqual([])
  })

  it.each([
    ['npm run no-such-script', 'there is no script'],
    ['npm install pg@1.0.0', 'tested is'],
    ['node no-such-file.mjs', 'there is no no-such-file.mjs'],
    ['node dist/server/main.js --no-such-option x', 'has no option --no-such-option'],
    ['curl http://127.0.0.1', 'curl is not known'],
  ])('%s is noticed', (code, why) => {
    expect(wrongCommands({ kind: 'shell', file: '', line: 0, info: '', name: '', code }, [])).toEqual([expect.stringContaining(why)])
  })
})

it('both languages have the same code, but for its words', () => {
  const shape = (file: string) => blocksIn(file).map(({ kind, name, code }) => `${kind} ${name} ${code.split('\n').length}`)
  for (const file of markdownFiles().filter(name => name.startsWith('docs/en/')))
    expect(shape(file), file).toEqual(shape(file.replace('docs/en/', 'docs/')))
  expect(shape('README.md')).toEqual(shape('README.zh-CN.md'))
  expect(place(blocks[0]!)).toMatch(/^README\.md:\d+$/)
})
