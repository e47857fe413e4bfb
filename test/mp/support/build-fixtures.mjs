import { readFileSync } from 'node:fs'
import { writeScratchApp } from '../../../scripts/lib/scratch-app.mjs'
import { uniBuild } from '../../../scripts/lib/uni-build.mjs'

const page = readFileSync(new URL('../fixtures/no-backend.vue', import.meta.url), 'utf8')

/** An app whose author forgot `app.use(createVkPay({ backend }))`. */
await uniBuild(writeScratchApp('no-backend', { page, plugin: true }), 'mp-weixin')
