import { readFileSync } from 'node:fs'
import { writeScratchApp } from '../../../scripts/lib/scratch-app.mjs'
import { uniBuild } from '../../../scripts/lib/uni-build.mjs'

const source = name => readFileSync(new URL(`../fixtures/${name}.vue`, import.meta.url), 'utf8')

/** An app whose author forgot `app.use(createVkPay({ backend }))`. */
await uniBuild(writeScratchApp('no-backend', { page: source('no-backend'), plugin: true }), 'mp-weixin')

/** Pages that the shop does not have. */
await uniBuild(writeScratchApp('pay-pages', {
  pages: Object.fromEntries(['two-buttons', 'choice', 'tap', 'by-hand', 'order-status', 'status-by-hand'].map(name => [name, source(name)])),
  setup: '{ backend: \'http://127.0.0.1:8787/vk-pay\' }',
  plugin: true,
  uniUi: ['uni-popup', 'uni-transition'],
}), 'mp-weixin')
