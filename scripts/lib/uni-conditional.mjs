import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

// the preprocessor of `uni build` itself
const { initPreContext, preJs } = createRequire(import.meta.url)('@dcloudio/uni-cli-shared')

/**
 * Resolves conditional comments for esbuild as the build for one platform does.
 *
 * @param {string} platform such as `mp-weixin`
 * @returns {import('esbuild').Plugin} for the option `plugins`
 */
export function uniConditional(platform) {
  return {
    name: 'uni-conditional',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        // one context for the process
        initPreContext(platform)
        return { contents: preJs(readFileSync(path, 'utf8'), path, { unbalanced: 'error' }), loader: 'ts' }
      })
    },
  }
}
