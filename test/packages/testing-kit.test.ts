import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import process from 'node:process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeText } from '../../scripts/lib/files.mjs'
import { inRoot } from '../../scripts/lib/root.mjs'
import { packed, unpack } from './support/fresh-app.mjs'

const folder = inRoot('.tmp/fresh/testing-kit')
const chapters = { 'README.md': '## Testing your own pages and handlers', 'README.zh-CN.md': '## 测试你自己的页面与处理文件' }

/** The named blocks of the chapter: file → its text. */
function filesOf(readme: keyof typeof chapters): Record<string, string> {
  const [, chapter = ''] = readFileSync(inRoot(readme), 'utf8').split(chapters[readme])
  return Object.fromEntries([...chapter.split(/\n## /)[0]!.matchAll(/^```\S+ (\S+)\n([\s\S]*?)^```$/gm)].map(([, file, code]) => [file!, code!]))
}

const PAYING = `import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createVkPay } from 'vk-uni-pay'
import { createMockPayment, installTestUni } from 'vk-uni-pay/testing'
import Page from './page.vue'

let page
beforeEach(() => {
  vi.useFakeTimers()
  page = installTestUni({ route: 'pages/page', query: { no: 'ORDER_0001' } })
})
afterEach(() => {
  page.remove()
  vi.useRealTimers()
})
`

/** What the readme has no room for, on another platform, in a page as people write them. */
const more: Record<string, string> = {
  // every platform's engine exports the same names: a wrong one would not be noticed by its absence
  'pages/platform.test.js': `import { afterAll, expect, it } from 'vitest'
import { createVkPay } from 'vk-uni-pay'
import { installTestUni } from 'vk-uni-pay/testing'

const page = installTestUni()
afterAll(() => page.remove())

it('the engine is that of h5, and of nobody else', () => {
  const { platform, providers } = createVkPay()
  expect([platform, ...providers.map(({ id }) => id)]).toEqual(['h5', 'wxpay', 'alipay'])
})
`,
  'mp/page.vue': `<script setup>
import { ref } from 'vue'
import { onLoad, onShow } from '@dcloudio/uni-app'

const no = ref('')
const shown = ref(0)
const said = ref([])
onLoad(query => no.value = query.no)
onShow(() => shown.value++)
let platform = 'none'
// #ifdef MP-WEIXIN
platform = 'mp-weixin'
// #endif
// #ifndef MP-WEIXIN
platform = 'another'
// #endif
</script>

<template>
  <view>
    <!-- #ifdef H5 -->
    <text class="wrong">h5</text>
    <!-- #endif -->
    <VkPayButton :order="{ out_trade_no: no, total_fee: 3990, subject: 'Oolong tea', type: 'goods' }" @success="res => said.push(res.outcome)" @pending="res => said.push(res.outcome)" />
    <scroll-view class="said">{{ platform }} {{ no }} {{ shown }} {{ said.join(' ') }}</scroll-view>
    <vk-pay-status v-if="said.length" :out-trade-no="no" />
  </view>
</template>
`,
  'mp/page.test.js': `${PAYING}
it('a silent cashier: pending when the payer is back, success once the money is there', async () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const mock = createMockPayment({ script: ['no-callback'] })
  createVkPay(mock.options).install()
  const shown = mount(Page)
  await flushPromises()
  expect(shown.find('.wrong').exists()).toBe(false)
  expect(shown.get('.said').text()).toBe('mp-weixin ORDER_0001 1')
  await shown.get('.vk-pay-button').trigger('click')
  await vi.advanceTimersByTimeAsync(1000)
  page.hide()
  page.show()
  await vi.advanceTimersByTimeAsync(70_000)
  expect(shown.get('.said').text()).toBe('mp-weixin ORDER_0001 2 pending')
  mock.pay('ORDER_0001')
  page.hide()
  page.show()
  await vi.advanceTimersByTimeAsync(5000)
  expect(shown.get('.said').text()).toBe('mp-weixin ORDER_0001 3 pending success')
  expect(shown.text()).toContain('支付成功')
  expect(warned.mock.calls.filter(([text]) => String(text).includes('resolve component'))).toEqual([])
  shown.unmount()
})
`,
  'mp/vitest.config.mjs': `import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import uniTesting from 'vk-uni-pay/testing/vite'

export default defineConfig({ plugins: [uniTesting({ platform: 'mp-weixin' }), vue()], test: { environment: 'happy-dom' } })
`,
  'bare/vitest.config.mjs': `import { defineConfig } from 'vitest/config'
import uniTesting from 'vk-uni-pay/testing/vite'

export default defineConfig({ plugins: [uniTesting()] })
`,
  'bare/page.test.js': 'import { it } from \'vitest\'\n\nit(\'runs\', () => {})\n',
}

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true })
  const installed = `${folder}/node_modules/vk-uni-pay`
  unpack(packed(), installed)
  cpSync(`${installed}/uniCloud/cloudfunctions/vk-pay/service/pay-notify`, `${folder}/pay-notify`, { recursive: true })
  for (const [file, text] of Object.entries({ 'package.json': '{}', ...filesOf('README.md'), ...more }))
    writeText(`${folder}/${file}`, text)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Vitest as the author of an app starts it: without the variables of the one that runs this. */
function vitest(root: string, ...filters: string[]) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:VITEST|NODE_ENV$|TEST$|MODE$|DEV$|PROD$|SSR$|BASE_URL$|UNI_PLATFORM$)/.test(name)))
  const { status, stdout, stderr } = spawnSync(process.execPath, [inRoot('node_modules/vitest/vitest.mjs'), 'run', ...filters, '--reporter=json', '--root', root], { cwd: root, env, encoding: 'utf8' })
  const report = stdout.slice(stdout.indexOf('{'))
  const { testResults = [] } = status === null || !report ? {} : JSON.parse(report) as { testResults?: { assertionResults: { fullName: string, status: string, failureMessages: string[] }[] }[] }
  return { status, stderr, tests: testResults.flatMap(file => file.assertionResults).map(({ fullName, status, failureMessages }) => [fullName, status, ...failureMessages]).sort() }
}

it('the two readmes have the same code', () => {
  const files = filesOf('README.md')
  expect(Object.keys(files)).toEqual(['vitest.config.mjs', 'pages/goods.vue', 'pages/goods.test.js', 'pay-notify.test.js'])
  expect(filesOf('README.zh-CN.md')).toEqual(files)
})

it('the readme\'s chapter, word by word in a new project', () => {
  const { tests, stderr } = vitest(folder, 'pages', 'pay-notify')
  expect(tests, stderr).toEqual([
    ['cancel is told as cancel', 'passed'],
    ['paid-after-cancel is told as success', 'passed'],
    ['success is told as success', 'passed'],
    ['takes two out of the stock, however often it is notified', 'passed'],
    ['the engine is that of h5, and of nobody else', 'passed'],
  ])
})

it('a page for mp-weixin, with hooks, conditional comments and the status component', () => {
  const { tests, stderr } = vitest(`${folder}/mp`)
  expect(tests, stderr).toEqual([[expect.stringContaining('a silent cashier'), 'passed']])
})

it('says what is missing', () => {
  const { status, stderr } = vitest(`${folder}/bare`)
  expect(status).not.toBe(0)
  expect(stderr).toContain('add vue() of @vitejs/plugin-vue')
})
