import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import type { ChannelConfig } from '../core/provider'
import { keyError, parameterError } from '../core/errors'

/** A file of any use is longer than its path: base64 of a hundred characters and more is no path. */
const isBase64 = (text: string): boolean => text.length >= 100 && /^[\w+/\s=-]+$/.test(text)

/** The settings of one platform of one channel, with messages that name the field as it is written in the file. */
export function channelConfig(name: string, values: Record<string, unknown>, resolve: (path: string) => string): ChannelConfig {
  const optional = (field: string): string | undefined => {
    const value = values[field]
    if (value === undefined || value === null || value === '')
      return undefined
    if (typeof value === 'number')
      return String(value)
    if (typeof value !== 'string')
      throw parameterError(`${name}.${field}`, `支付配置 ${name}.${field} 必须是字符串`)
    return value.trim()
  }
  const readBytes = (field: string, path: string): Buffer => {
    try {
      return readFileSync(resolve(path))
    }
    catch (error) {
      const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? '不存在' : '无法读取'
      throw keyError(`${name}.${field}`, `支付配置 ${name}.${field} 指向的文件${reason}，路径应相对于支付配置所在目录`, error)
    }
  }
  const read = (field: string, path: string): string => readBytes(field, path).toString('utf8')
  const decode = (field: string, text: string): Buffer => {
    if (!isBase64(text))
      throw keyError(`${name}.${field}`, `支付配置 ${name}.${field} 必须是文件内容的 base64`)
    return Buffer.from(text, 'base64')
  }
  return {
    name,
    optional,
    value: field => values[field],
    text(field) {
      const value = optional(field)
      if (value === undefined)
        throw parameterError(`${name}.${field}`, `支付配置缺少 ${name}.${field}`)
      return value
    },
    pem(field) {
      const content = optional(`${field}Content`)
      if (content !== undefined)
        return { text: content, field: `${name}.${field}Content` }
      const path = optional(`${field}Path`)
      return path === undefined ? undefined : { text: read(`${field}Path`, path), field: `${name}.${field}Path` }
    },
    bytes(field) {
      const value = values[field]
      if (value instanceof Uint8Array)
        return { bytes: value, field: `${name}.${field}` }
      const text = optional(field)
      if (text !== undefined)
        return { bytes: isBase64(text) ? Buffer.from(text, 'base64') : readBytes(field, text), field: `${name}.${field}` }
      const content = optional(`${field}Content`)
      if (content !== undefined)
        return { bytes: decode(`${field}Content`, content), field: `${name}.${field}Content` }
      const path = optional(`${field}Path`)
      return path === undefined ? undefined : { bytes: readBytes(`${field}Path`, path), field: `${name}.${field}Path` }
    },
  }
}
