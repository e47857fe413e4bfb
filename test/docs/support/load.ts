import { createRequire } from 'node:module'
import { join } from 'node:path'
import { runInThisContext } from 'node:vm'
import type { Block } from './blocks'
import { place, root } from './blocks'

const builtIn = createRequire(import.meta.url)

/** Loads a block as CommonJS, with stand-ins for the modules that only a service space has. */
export function loadCommonJs<Module>(block: Block, modules: Record<string, unknown> = {}, globals: Record<string, unknown> = {}): Module {
  const names = Object.keys(globals)
  const wrapped = runInThisContext(`(function (module, exports, require, __dirname, ${['console', ...names].join(', ')}) {${block.code}\n})`, { filename: place(block) })
  const module = { exports: {} }
  const quiet = { ...console, error: () => {} }
  const require = (name: string): unknown => {
    if (name in modules)
      return modules[name]
    if (/^(?:node:)?(?:path|crypto)$/.test(name))
      return builtIn(name)
    throw new Error(`${place(block)} requires "${name}", which a reader does not have`)
  }
  wrapped(module, module.exports, require, join(root, 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay'), quiet, ...names.map(name => globals[name]))
  return module.exports as Module
}
