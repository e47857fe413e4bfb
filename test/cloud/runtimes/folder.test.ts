import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { actionsFrom, handlersFrom } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/runtimes/folder'
import { serviceFolder } from '../support/paths'

describe('handlers and actions are the files of a folder', () => {
  it('as they ship', () => {
    const handlers = handlersFrom(join(serviceFolder, 'pay-notify'))
    expect(handlers.types).toEqual(['custom', 'goods', 'recharge', 'vip'])
    expect(handlers.types.map(type => typeof handlers.load(type))).toEqual(['object', 'object', 'object', 'object'])
    const actions = actionsFrom(serviceFolder)
    expect(actions.names).toEqual(['pay/appleiap/verifyReceipt', 'pay/closePayment', 'pay/code2SessionAlipay', 'pay/code2SessionDouyin', 'pay/code2SessionWeixin', 'pay/code2SessionWeixinH5', 'pay/createPayment', 'pay/listProviders', 'pay/queryPayment'])
  })

  it('any further file is a type; anything else is not', () => {
    const dir = mkdtempSync(join(tmpdir(), 'vk-pay-handlers-'))
    writeFileSync(join(dir, 'book.js'), 'module.exports = async () => true')
    writeFileSync(join(dir, 'note.txt'), '')
    writeFileSync(join(dir, '.hidden.js'), '')
    const handlers = handlersFrom(dir)
    expect(handlers.types).toEqual(['book'])
    expect(handlers.load('book')).toBeTypeOf('function')
    for (const name of ['note', '../book', 'book.js', '__proto__', 'constructor'])
      expect(handlers.load(name)).toBeUndefined()
    rmSync(dir, { recursive: true })
  })

  it('a folder that is not there holds nothing', () => {
    expect(handlersFrom(join(serviceFolder, 'nowhere')).types).toEqual([])
  })
})
