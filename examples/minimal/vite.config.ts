import uniPlugin from '@dcloudio/vite-plugin-uni'
import { defineConfig } from 'vite'

// in an ES module the function is on `default`
const uni = (uniPlugin as unknown as { default?: typeof uniPlugin }).default ?? uniPlugin

export default defineConfig({ base: './', plugins: [uni()] })
