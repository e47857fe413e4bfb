import { fileURLToPath } from 'node:url'
import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'
import type { Plugin } from 'vitest/config'
import { uniConditional } from './test/support/uni-conditional'

const require = createRequire(import.meta.url)
const vue = require('@vitejs/plugin-vue')

/** The client's suite, compiled for one platform: `UNI_PLATFORM=mp-weixin npm run test:unit`. */
const platform = process.env.UNI_PLATFORM ?? 'h5'
const uniTags = new Set(['view', 'text', 'image', 'scroll-view', 'swiper', 'navigator', 'cover-view', 'block'])

export default defineConfig({
  plugins: [
    uniConditional(platform),
    (vue.default ?? vue)({ template: { compilerOptions: { isCustomElement: (tag: string) => uniTags.has(tag) } } }) as Plugin,
  ],
  define: { 'process.env.UNI_PLATFORM': JSON.stringify(platform) },
  resolve: {
    alias: { '@dcloudio/uni-app': fileURLToPath(new URL('./test/support/stub-uni-app.ts', import.meta.url)) },
  },
  test: {
    name: platform,
    environment: 'happy-dom',
    include: ['test/unit/**/*.test.ts', 'test/component/**/*.test.ts'],
    restoreMocks: true,
    // advice for developers, which tests of failures provoke by the thousand
    onConsoleLog: log => log.startsWith('[vk-uni-pay]') ? false : undefined,
  },
})
