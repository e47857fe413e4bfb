import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { allBlocks, distinct } from './support/blocks'
import { typeCheck } from './support/type-check'

const blocks = distinct(allBlocks()).map(({ block }) => block)
const ambient = readFileSync(new URL('./support/types.d.ts.txt', import.meta.url), 'utf8')

/** The kit as the npm package has it: test/packages runs the blocks that import it. */
const KIT = `declare module 'vk-uni-pay/testing'\ndeclare module 'vk-uni-pay/testing/node'\ndeclare module 'vk-uni-pay/testing/vite'\n`

describe('types of what readers copy', () => {
  it.concurrent('vue, ts and js blocks of the client fit the sources', async () => {
    expect(await typeCheck({
      folder: 'docs-client',
      blocks: blocks.filter(({ kind }) => kind === 'vue' || kind === 'ts' || kind === 'client'),
      extending: 'tsconfig.json',
      // plain JavaScript names no types of parameters
      options: { noImplicitAny: false, paths: { '@/uni_modules/vk-uni-pay/*': ['./*'], 'vk-uni-pay': ['./js_sdk/index.ts'] }, types: ['@dcloudio/types', '@uni-helper/uni-types', 'vite/client', 'node'] },
      files: { 'ambient.d.ts': ambient, 'App.vue': '<template><view /></template>', 'goods.vue': '<template><view /></template>', 'testing.d.ts': KIT },
      include: ['../../types'],
    })).toEqual([])
  })

  it.concurrent('js blocks of a Node host fit vk-uni-pay/node', async () => {
    expect(await typeCheck({
      folder: 'docs-host',
      blocks: blocks.filter(({ kind }) => kind === 'host'),
      extending: 'tsconfig.node.json',
      compiler: 'tsc',
      options: { noImplicitAny: false },
      files: { ...Object.fromEntries(blocks.filter(({ kind, name }) => kind === 'handler' && name === 'pay-notify/goods.js').map(({ name, code }) => [name, code])), 'testing.d.ts': KIT },
      include: ['../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/*.d.ts'],
    })).toEqual([])
  })
})
