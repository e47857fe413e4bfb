import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runInThisContext } from 'node:vm'

const require = createRequire(import.meta.url)
// same preprocessor uni build uses; its context is one for the process, so it is set anew for every file
const { initPreContext, preJs } = require('@dcloudio/uni-cli-shared')
// required, not imported: the browser-like environment of the suite is none that esbuild expects
const { build } = require('esbuild')

const root = join(dirname(fileURLToPath(import.meta.url)), '../../js_sdk')

export type UniTarget
  = | 'h5' | 'mp-weixin' | 'mp-alipay' | 'mp-toutiao' | 'app' | 'app-harmony'
    | 'mp-baidu' | 'mp-kuaishou' | 'mp-qq' | 'mp-jd' | 'mp-xhs' | 'mp-harmony' | 'quickapp-webview-huawei'

const bundles = new Map<string, Promise<string>>()

/** The code that a build for `target` carries of a module of `js_sdk`, whatever platform this suite runs as. */
export function bundleFor(target: UniTarget, module: string, mode: 'development' | 'production' = 'development'): Promise<string> {
  const key = `${target} ${module} ${mode}`
  const bundled = bundles.get(key) ?? bundle(target, module, mode)
  bundles.set(key, bundled)
  return bundled
}

async function bundle(target: UniTarget, module: string, mode: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, module)],
    bundle: true,
    write: false,
    format: 'cjs',
    charset: 'utf8',
    minify: mode === 'production',
    define: { 'process.env.UNI_PLATFORM': JSON.stringify(target), 'process.env.NODE_ENV': JSON.stringify(mode) },
    plugins: [{
      name: 'uni-conditional',
      setup(esbuild: { onLoad: (options: { filter: RegExp }, load: (file: { path: string }) => Promise<object>) => void }) {
        esbuild.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
          const source = await readFile(path, 'utf8')
          initPreContext(target)
          return { contents: preJs(source, path, { unbalanced: 'error' }), loader: 'ts' }
        })
      },
    }],
  })
  return outputFiles[0].text
}

/** A module of `js_sdk` as a build for `target` would run it; `uni` and the like are those of the test. */
export async function compileFor<Module>(target: UniTarget, module: string): Promise<Module> {
  const code = await bundleFor(target, module)
  const compiled = { exports: {} }
  runInThisContext(`(function (module, exports) {${code}\n})`)(compiled, compiled.exports)
  return compiled.exports as Module
}
