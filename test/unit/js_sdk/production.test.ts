import { describe, expect, it } from 'vitest'
import { bundleFor } from '../../support/compile-for'

/** Words of sentences that only a developer reads. */
const forDevelopers = [/ must be /, /spelled/, /gave no code/, /no openid/, /cannot pay on/, /no answer/]

describe('what a production build says', () => {
  it.each(forDevelopers)('no sentence for developers: %s', async (words) => {
    expect(words.test(await bundleFor('mp-weixin', 'client.ts', 'development'))).toBe(true)
    expect(words.test(await bundleFor('mp-weixin', 'client.ts', 'production'))).toBe(false)
  })

  it('what is missing in main, as code that needs no language', async () => {
    const code = await bundleFor('mp-weixin', 'client.ts', 'production')
    expect(code.includes('main: app.use(createVkPay({ backend }))')).toBe(true)
  })
})
