import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, join, resolve } from 'node:path'
import type { ConfigCenter, ConfigInput, ConfigSource, PayConfig } from './types'
import { PayCode, PayError } from '../core/errors'

function configError(message: string, cause?: unknown): PayError {
  return new PayError(PayCode.parameter, message, { field: 'config', cause })
}

function asConfig(value: unknown, where: string): PayConfig {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as PayConfig
  throw configError(`支付配置 ${where} 必须导出一个对象`)
}

const isCenter = (input: ConfigInput): input is ConfigCenter => typeof (input as Partial<ConfigCenter>).config === 'function'

/** `config.js` (CommonJS, as the cloud has it) or `config.json` of a folder. */
function folderSource(dir: string): ConfigSource {
  const require = createRequire(join(resolve(dir), 'index.js'))
  const file = ['config.js', 'config.json'].map(name => join(resolve(dir), name)).find(existsSync)
  return {
    read() {
      if (!file)
        throw configError('支付配置目录中没有 config.js 或 config.json')
      try {
        return asConfig(require(file), 'config.js')
      }
      catch (error) {
        throw error instanceof PayError ? error : configError('支付配置 config.js 无法读取，请检查语法', error)
      }
    },
    resolve: path => isAbsolute(path) ? path : join(dir, path),
    clear: () => {
      if (file)
        delete require.cache[file]
    },
  }
}

function centerSource(center: ConfigCenter): ConfigSource {
  return {
    read() {
      const config = center.config()
      if (config === undefined)
        throw configError('没有找到支付配置 uni-config-center/uni-pay/config.js')
      return asConfig(config, 'uni-config-center/uni-pay/config.js')
    },
    resolve: path => isAbsolute(path) ? path : center.resolve(path),
    clear: () => {},
  }
}

/** One way to read a config, wherever it is. */
export function configSource(input: ConfigInput): ConfigSource {
  if (isCenter(input))
    return centerSource(input)
  if (!('object' in input) || input.object === undefined)
    return folderSource('dir' in input ? input.dir : '.')
  const { object } = input
  const dir = 'dir' in input ? input.dir : '.'
  return { read: () => asConfig(object, 'config'), resolve: path => isAbsolute(path) ? path : join(dir, path), clear: () => {} }
}
