import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { unzipSync } from 'fflate'
import { readJson, writeText } from '../../../scripts/lib/files.mjs'
import { inRoot } from '../../../scripts/lib/root.mjs'
import { writeScratchApp } from '../../../scripts/lib/scratch-app.mjs'
import { uniBuild } from '../../../scripts/lib/uni-build.mjs'

const { version } = readJson(inRoot('package.json'))

/** A page as the first chapter of the readme has it, for whichever way the plugin came. */
function page(from) {
  return `<script setup>
import { ref } from 'vue'
import { usePayment } from '${from}'

const said = ref('')
const no = ref('')
const order = () => ({ out_trade_no: \`FRESH_\${Date.now()}\`, total_fee: 100, subject: 'Oolong tea', type: 'recharge', custom: { user_id: 'user_001', recharge_balance: 100 } })
function tell({ outcome, out_trade_no }) {
  said.value = outcome
  no.value = out_trade_no
}
const { state } = usePayment()
</script>

<template>
  <view>
    <vk-pay-button :order="order" @success="tell" @fail="tell" @cancel="tell" @pending="tell">pay</vk-pay-button>
    <view class="said">{{ said }} {{ state }}</view>
    <vk-pay-status v-if="no" :out-trade-no="no" />
  </view>
</template>
`
}

/** How the plugin comes into an app, and what the app then writes. */
const ways = {
  /** From the market: unpacked into `uni_modules`. */
  zip: {
    app: { from: './uni_modules/vk-uni-pay/js_sdk/index' },
    page: page('@/uni_modules/vk-uni-pay/composables/usePayment'),
    put(folder) {
      for (const [file, bytes] of Object.entries(unzipSync(readFileSync(inRoot(`dist/vk-uni-pay-${version}.zip`)))))
        writeText(`${folder}/src/uni_modules/${file}`, bytes)
    },
  },
  /** `npm install vk-uni-pay`, and a line in pages.json. */
  npm: {
    app: { from: 'vk-uni-pay', easycom: { custom: { '^vk-pay-(.*)': 'vk-uni-pay/components/vk-pay-$1/vk-pay-$1.vue' } } },
    page: page('vk-uni-pay'),
    put: folder => unpack(packed(), `${folder}/node_modules/vk-uni-pay`),
  },
}

/**
 * Builds an app that has never seen this repository.
 *
 * @param {'zip' | 'npm'} way
 * @param {'h5' | 'mp-weixin'} platform
 * @param {string} backend
 * @returns {Promise<string>} folder of the output
 */
export async function buildFreshApp(way, platform, backend) {
  const { app, page, put } = ways[way]
  const folder = writeScratchApp(`fresh/${way}-${platform}`, { ...app, page, setup: `{ backend: '${backend}' }` })
  put(folder)
  return uniBuild(folder, platform)
}

/** The tarball that npm would publish. */
export function packed() {
  const folder = mkdtempSync(join(tmpdir(), 'vk-pay-npm-'))
  const { status, stdout, stderr } = spawnSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: inRoot('dist/npm'), encoding: 'utf8', shell: process.platform === 'win32' })
  if (status !== 0)
    throw new Error(`npm pack failed: ${stderr}`)
  const file = join(folder, JSON.parse(stdout)[0].filename)
  const bytes = readFileSync(file)
  rmSync(folder, { recursive: true, force: true })
  return bytes
}

/** As npm does it. */
export function unpack(tarball, folder) {
  mkdirSync(folder, { recursive: true })
  const { status, stderr } = spawnSync('tar', ['-xzf', '-', '--strip-components=1', '-C', folder], { input: tarball, encoding: 'utf8' })
  if (status !== 0)
    throw new Error(`tar failed: ${stderr}`)
}
