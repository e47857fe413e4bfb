import process from 'node:process'
import uniPlugin from '@dcloudio/vite-plugin-uni'
import { defineConfig } from 'vite'

// in an ES module the function is on `default`
const uni = (uniPlugin as unknown as { default?: typeof uniPlugin }).default ?? uniPlugin

/** Where `npm run dev:h5` finds the demo's server; the built shop is served by that server itself. */
const server = process.env.SHOP_SERVER ?? 'http://127.0.0.1:8787'

export default defineConfig({
  base: './',
  plugins: [uni()],
  server: {
    host: '127.0.0.1',
    proxy: { '/vk-pay': server, '/demo': server },
  },
})
