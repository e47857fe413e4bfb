/**
 * `npm run size`: what the plugin adds to an empty mini-program, minified, against `size-budget.json`.
 * Counts every file of the package: JS, WXML, WXSS, JSON. No service space is linked.
 *
 * `target` is what it is meant to be. `limit` is what it may not exceed, today's size and a little;
 * it only ever goes down, towards the target.
 */
import process from 'node:process'
import { isThere, listFiles, readJson, sizeOf } from './lib/files.mjs'
import { inRoot } from './lib/root.mjs'
import { writeScratchApp } from './lib/scratch-app.mjs'
import { uniBuild } from './lib/uni-build.mjs'

const TARGET = 'mp-weixin'
const LISTED = 12
const budget = readJson(inRoot('scripts/size-budget.json'))[TARGET]

const script = `<script setup>
const order = { out_trade_no: 'ORDER_000001', total_fee: 100, subject: 'goods', type: 'goods' }
</script>
`
const button = '<vk-pay-button :order="order">pay</vk-pay-button>'
function page(tags) {
  return `${script}
<template>
  <view>${tags}</view>
</template>
`
}
const setup = `{ backend: 'https://example.com/vk-pay' }`
const apps = {
  'button': { page: page(button), setup, plugin: true },
  'button and status': { page: page(`${button}<vk-pay-status :out-trade-no="order.out_trade_no" />`), setup, plugin: true },
}

if (!isThere(inRoot('dist/uni_modules/vk-uni-pay')))
  throw new Error('dist/uni_modules/vk-uni-pay is missing: run `npm run build` first')

const empty = await filesOf('empty', { page: page('<text>{{ order.subject }}</text>') })
console.log(`${TARGET}, empty app: ${total(empty)} bytes`)
let over = false
for (const [name, app] of Object.entries(apps)) {
  const files = await filesOf(name.replaceAll(' ', '-'), app)
  const added = total(files) - total(empty)
  const { target, limit } = budget[name]
  over ||= added > limit
  console.log(`\n${name}: +${added} bytes; target ${target}: ${verdict(added, target)}; limit ${limit}: ${verdict(added, limit)}`)
  for (const [file, bytes] of growth(files).slice(0, LISTED))
    console.log(`  ${String(bytes).padStart(6)}  ${file}`)
}
process.exitCode = over ? 1 : 0

async function filesOf(name, app) {
  const output = await uniBuild(writeScratchApp(`size-${name}`, app), TARGET)
  return new Map(listFiles(output).map(file => [file, sizeOf(`${output}/${file}`)]))
}

function verdict(bytes, allowed) {
  return bytes <= allowed ? `${allowed - bytes} left` : `${bytes - allowed} TOO MUCH`
}

function total(files) {
  return [...files.values()].reduce((sum, bytes) => sum + bytes, 0)
}

function growth(files) {
  return [...files]
    .map(([file, bytes]) => [file, bytes - (empty.get(file) ?? 0)])
    .filter(([, bytes]) => bytes > 0)
    .sort(([, a], [, b]) => b - a)
}
