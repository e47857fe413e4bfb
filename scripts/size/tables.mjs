import { readFileSync, writeFileSync } from 'node:fs'
import { inRoot } from '../lib/root.mjs'
import { PARTS } from './apps.mjs'

/** How the parts are called where people read of them. */
const names = {
  'button': ['`<vk-pay-button>`', '`<vk-pay-button>`'],
  'cashier': ['`<vk-pay-cashier>` 与 uni-popup', '`<vk-pay-cashier>` with uni-popup'],
  'QR code': ['`<vk-pay-qrcode>`', '`<vk-pay-qrcode>`'],
  'status': ['`<vk-pay-status>`', '`<vk-pay-status>`'],
  'usePayment': ['只用 `usePayment`', '`usePayment` alone'],
  'usePaymentStore': ['`usePaymentStore`，pinia 不计', '`usePaymentStore`, without pinia'],
  'button, cashier and status': ['按钮、收银台、状态页', 'button, cashier and status'],
}
const missing = PARTS.filter(part => !names[part])
if (missing.length > 0)
  throw new Error(`scripts/size/tables.mjs: ${missing.join(', ')} has no name`)

const PLATFORMS = ['mp-weixin', 'mp-alipay', 'mp-toutiao', 'app', 'h5']
const inKB = bytes => (bytes / 1024).toFixed(1)

/** Markdown of the sizes in KB, minified and gzipped, without a service space or with one. */
export function sizeTable({ sizes }, language, linked = false) {
  const row = cells => `| ${cells.join(' | ')} |`
  return [
    row([{ zh: 'KB，压缩 / gzip', en: 'KB, minified / gzip' }[language], ...PLATFORMS]),
    row(['---', ...PLATFORMS.map(() => '---:')]),
    ...PARTS.map(part => row([names[part][language === 'zh' ? 0 : 1], ...PLATFORMS.map((platform) => {
      const { min, gzip } = sizes[platform][part][linked ? 'linked' : 'unlinked']
      return `${inKB(min)} / ${inKB(gzip)}`
    })])),
  ].join('\n')
}

/** Readme → language of its table. */
const readmes = { 'README.md': 'en', 'README.zh-CN.md': 'zh' }
const place = /(?<=<!-- npm run size -- --write -->\n)[\s\S]*?(?=<!-- \/size -->)/

/** Puts the table between its comments in each readme. */
export function writeReadmes(found) {
  for (const [file, language] of Object.entries(readmes)) {
    const text = readFileSync(inRoot(file), 'utf8')
    if (!place.test(text))
      throw new Error(`${file} has no place for the table of sizes`)
    writeFileSync(inRoot(file), text.replace(place, () => `${sizeTable(found, language)}\n`))
  }
}

/** Readmes whose table is not that of `found`. */
export function staleReadmes(found) {
  return Object.entries(readmes)
    .filter(([file, language]) => place.exec(readFileSync(inRoot(file), 'utf8'))?.[0] !== `${sizeTable(found, language)}\n`)
    .map(([file]) => file)
}
