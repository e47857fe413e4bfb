import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

export interface UniTestingOptions {
  /** Whose branches of the conditional comments are kept: `h5`, `mp-weixin`, `app-plus` … @default process.env.UNI_PLATFORM, else 'h5' */
  platform?: string
  /**
   * Tag pattern → file, as in `easycom.custom` of pages.json. A pattern must match the whole tag.
   * @default { '^vk-pay-(.*)': 'vk-uni-pay/components/vk-pay-$1/vk-pay-$1.vue', '^uni-loading$': 'vk-uni-pay/components/uni-loading/uni-loading.vue' }
   */
  easycom?: Record<string, string>
  /** Further tags that are elements of the platform, not components. @default [] */
  tags?: readonly string[]
}

interface Preprocessor {
  initPreContext: (platform: string) => void
  preHtml: (code: string, id: string, options?: object) => string
  preJs: (code: string, id: string, options?: object) => string
}

/** What `@vitejs/plugin-vue` lets others change. */
interface VueApi {
  options: { template?: { compilerOptions?: { isCustomElement?: (tag: string) => boolean } } }
}

const PACKAGE = 'vk-uni-pay'
const EASYCOM = {
  '^vk-pay-(.*)': `${PACKAGE}/components/vk-pay-$1/vk-pay-$1.vue`,
  '^uni-loading$': `${PACKAGE}/components/uni-loading/uni-loading.vue`,
}
const UNI_TAGS = ['view', 'text', 'image', 'icon', 'block', 'navigator', 'swiper', 'swiper-item', 'scroll-view', 'cover-view', 'cover-image', 'movable-area', 'movable-view', 'rich-text', 'web-view', 'page-meta', 'picker', 'picker-view', 'picker-view-column', 'switch', 'slider', 'checkbox', 'checkbox-group', 'radio', 'radio-group']
const SCRIPT = /\.(?:vue|[cm]?[jt]sx?|css|scss|less)$/
const RESOLVED = /_?resolveComponent\("([^"]+)"(?:, true)?\)/g

/**
 * Tests of pages without `uni build`: conditional comments are resolved for one platform by the
 * preprocessor of the project's own `@dcloudio/uni-cli-shared`, `<vk-pay-…>` needs no registration,
 * `<view>` and its like are plain elements, and hooks of `@dcloudio/uni-app` follow `installTestUni`.
 * One platform for a process. Goes before `vue()` in the plugins of `vitest.config`.
 *
 * @throws Error at the start of Vite when the project has no `@dcloudio/uni-cli-shared`, or no `@vitejs/plugin-vue` from 5.0 on
 */
export default function uniTesting({ platform = process.env.UNI_PLATFORM || 'h5', easycom = EASYCOM, tags = [] }: UniTestingOptions = {}): Plugin[] {
  const native = new Set([...UNI_TAGS, ...tags])
  const rules = Object.entries(easycom).map(([pattern, file]) => [new RegExp(pattern.replace(/^\^?/, '^').replace(/\$?$/, '$')), file] as const)
  let preprocessor: Preprocessor

  const prepare: Plugin & { config: () => object } = {
    name: 'vk-uni-pay:testing',
    enforce: 'pre',
    config: () => ({
      define: { 'process.env.UNI_PLATFORM': JSON.stringify(platform) },
      resolve: {
        alias: [{ find: /^@dcloudio\/uni-app$/, replacement: fileURLToPath(new URL('./uni-app.js', import.meta.url)) }],
        dedupe: ['vue'],
      },
      // what Vitest leaves to Node is not transformed, and Node knows neither `.vue` nor `#ifdef`
      test: { server: { deps: { inline: [/[\\/]vk-uni-pay[\\/](?!node[\\/]|gateway[\\/]|testing[\\/]node)/, /[\\/]uni_modules[\\/]/] } } },
    }),
    configResolved({ root, plugins }) {
      preprocessor = loadPreprocessor(root)
      preprocessor.initPreContext(platform)
      const vue = plugins.find(({ name }) => name === 'vite:vue')?.api as VueApi | undefined
      if (!vue?.options)
        throw new Error('vk-uni-pay/testing/vite: add vue() of @vitejs/plugin-vue 5.0 or newer to the plugins')
      const { template } = vue.options
      const given = template?.compilerOptions?.isCustomElement
      vue.options = {
        ...vue.options,
        template: {
          ...template,
          compilerOptions: { ...template?.compilerOptions, isCustomElement: tag => native.has(tag) || !!given?.(tag) },
        },
      }
    },
    transform(code, id) {
      const [file = '', query = ''] = id.split('?')
      if (!code.includes('#endif') || !SCRIPT.test(file))
        return
      const options = { unbalanced: query.includes('vue') ? 'skip' : 'error' }
      const markup = file.endsWith('.vue') ? preprocessor.preHtml(code, id, options) : code
      return { code: preprocessor.preJs(markup, id, options), map: null }
    },
  }

  return [prepare, {
    name: 'vk-uni-pay:testing-easycom',
    enforce: 'post',
    transform(code, id) {
      if (!id.split('?')[0]!.endsWith('.vue') || !code.includes('resolveComponent('))
        return
      const imports = new Map<string, string>()
      const found = code.replace(RESOLVED, (call: string, name: string) => {
        const file = fileFor(name, rules)
        if (!file)
          return call
        const local = imports.get(file) ?? `__easycom_${imports.size}`
        imports.set(file, local)
        return local
      })
      if (imports.size === 0)
        return
      return { code: [...imports].map(([file, local]) => `import ${local} from ${JSON.stringify(file)};`).join('') + found, map: null }
    },
  }]
}

/** `vk-pay-button` and `VkPayButton` are one tag. */
function fileFor(name: string, rules: readonly (readonly [RegExp, string])[]): string | undefined {
  const tag = name.replace(/\B[A-Z]/g, '-$&').toLowerCase()
  const [pattern, file] = rules.find(([pattern]) => pattern.test(tag)) ?? []
  return pattern && file && tag.replace(pattern, file)
}

function loadPreprocessor(root: string): Preprocessor {
  try {
    return createRequire(join(root, 'package.json'))('@dcloudio/uni-cli-shared') as Preprocessor
  }
  catch (cause) {
    throw new Error(`vk-uni-pay/testing/vite: cannot load @dcloudio/uni-cli-shared from ${root}; every uni-app project with a package.json has it`, { cause })
  }
}
