/**
 * `npm run size`: what the plugin adds to an empty app, per platform, against `size-budget.json`;
 * `npm run size mp-weixin h5` for some of them. Every file of the package counts: JS, templates,
 * styles, JSON. Mini-programs and app in minified bytes, H5 gzipped. No service space is linked.
 *
 * `target` is what it is meant to be. `limit` is what it may not exceed, today's size and a little;
 * it only ever goes down, towards the target.
 */
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { gzipSync } from 'node:zlib'
import { isThere, listFiles, readJson, sizeOf } from './lib/files.mjs'
import { inRoot } from './lib/root.mjs'
import { writeScratchApp } from './lib/scratch-app.mjs'
import { uniBuild } from './lib/uni-build.mjs'

const LISTED = 10
const AT_ONCE = 2
const budget = readJson(inRoot('scripts/size-budget.json'))

const script = `<script setup>
const order = { out_trade_no: 'ORDER_000001', total_fee: 100, subject: 'goods', type: 'goods' }
</script>
`
function page(tags) {
  return `${script}
<template>
  <view>${tags}</view>
</template>
`
}
const setup = `{ backend: 'https://example.com/vk-pay' }`
const EMPTY = 'empty'
const apps = {
  [EMPTY]: { page: page('<text>{{ order.subject }}</text>') },
  'button': { page: page('<vk-pay-button :order="order">pay</vk-pay-button>'), setup, plugin: true },
  'button, cashier and status': {
    page: page(`<vk-pay-button :order="order" :providers="['wxpay', 'alipay']">pay</vk-pay-button><vk-pay-cashier /><vk-pay-status :out-trade-no="order.out_trade_no" />`),
    setup,
    plugin: true,
  },
}

if (!isThere(inRoot('dist/uni_modules/vk-uni-pay')))
  throw new Error('dist/uni_modules/vk-uni-pay is missing: run `npm run build` first')

const platforms = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(budget)
const builds = platforms.flatMap(platform => Object.keys(apps).map(name => ({ platform, name })))
const sizes = new Map()
const waiting = [...builds]
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  for (let next = waiting.shift(); next; next = waiting.shift())
    sizes.set(keyOf(next), await filesOf(next))
}))

let over = false
for (const platform of platforms) {
  const empty = sizes.get(keyOf({ platform, name: EMPTY }))
  const unit = platform === 'h5' ? 'bytes gzipped' : 'bytes'
  console.log(`\n${platform}, empty app: ${total(empty)} ${unit}`)
  for (const [name, { target, limit }] of Object.entries(budget[platform])) {
    const files = sizes.get(keyOf({ platform, name }))
    const added = total(files) - total(empty)
    over ||= added > limit
    const popup = total(new Map([...files].filter(([file]) => /uni-(?:popup|transition)/.test(file))))
    console.log(`  ${name}: +${added} ${unit}${popup ? `, ${popup} of them uni-popup` : ''}; target ${target}: ${verdict(added, target)}; limit ${limit}: ${verdict(added, limit)}`)
    // names of other platforms' files carry a hash, or there is one file for all
    if (platform.startsWith('mp-')) {
      for (const [file, bytes] of growth(files, empty).slice(0, LISTED))
        console.log(`    ${String(bytes).padStart(6)}  ${file}`)
    }
  }
}
process.exitCode = over ? 1 : 0

function keyOf({ platform, name }) {
  return `${platform} ${name}`
}

async function filesOf({ platform, name }) {
  const folder = writeScratchApp(`size/${platform}-${name.replaceAll(/\W+/g, '-')}`, apps[name])
  const output = await uniBuild(folder, platform)
  const measure = platform === 'h5' ? file => gzipSync(readFileSync(file), { level: 9 }).length : sizeOf
  return new Map(listFiles(output).map(file => [file, measure(`${output}/${file}`)]))
}

function verdict(bytes, allowed) {
  return bytes <= allowed ? `${allowed - bytes} left` : `${bytes - allowed} TOO MUCH`
}

function total(files) {
  return [...files.values()].reduce((sum, bytes) => sum + bytes, 0)
}

function growth(files, empty) {
  return [...files]
    .map(([file, bytes]) => [file, bytes - (empty.get(file) ?? 0)])
    .filter(([, bytes]) => bytes > 0)
    .sort(([, a], [, b]) => b - a)
}
