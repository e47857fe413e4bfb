import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** What is done with a block. */
export type Kind
  /** Type-checked against the client. */
  = | 'vue' | 'ts' | 'client'
  /** Type-checked against `vk-uni-pay/node`. */
    | 'host'
  /** Loaded and run. */
    | 'handler' | 'action' | 'function' | 'config'
  /** Parsed. */
    | 'json'
  /** Its programs, scripts and options are looked up. */
    | 'shell'
  /** Words in a box: nothing can be said about them. */
    | 'text'

export interface Block {
  kind: Kind
  /** Markdown file and the line its code begins in. */
  file: string
  line: number
  /** What stands behind the language. */
  info: string
  /** Name of the file it is, where it says so: `[name]`, or the name alone. */
  name: string
  code: string
}

const SOURCES = ['README.md', 'README.zh-CN.md', 'uni_modules/vk-uni-pay/readme.md']

function pagesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory())
      return entry.name.startsWith('.') || entry.name === 'public' ? [] : pagesOf(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

export const markdownFiles = (): string[] => [...SOURCES, ...pagesOf('docs').sort()]

const languages: Record<string, Kind | undefined> = { vue: 'vue', ts: 'ts', json: 'json', sh: 'shell', bash: 'shell', text: 'text' }

function kindOfScript(name: string, code: string): Kind {
  if (/from 'vk-uni-pay\/node'/.test(code) || name.endsWith('.mjs'))
    return 'host'
  if (/^exports\.main =/m.test(code))
    return 'function'
  if (!/^module\.exports =/m.test(code))
    return 'client'
  if (/service\/pay\//.test(name))
    return 'action'
  return /^ {2}(?:notifyUrl|wxpay|alipay|appleiap): /m.test(code) ? 'config' : 'handler'
}

/** @throws Error for a block in a language nobody checks */
export function blocksIn(file: string, text = readFileSync(join(root, file), 'utf8')): Block[] {
  return [...text.matchAll(/^( *)```(.*)\n([\s\S]*?)^\1```$/gm)].map(({ 1: indent = '', 2: head = '', 3: code = '', index }) => {
    const [language = '', ...words] = head.split(' ')
    const rest = words.join(' ')
    const line = text.slice(0, index).split('\n').length + 1
    const name = rest.match(/\[([^\]]+)\]/)?.[1] ?? rest.trim().match(/^[\w./-]+\.[a-z]+$/)?.[0] ?? ''
    const plain = code.split('\n').map(one => one.startsWith(indent) ? one.slice(indent.length) : one).join('\n')
    const kind = language === 'js' ? kindOfScript(name, plain) : languages[language]
    if (!kind)
      throw new Error(`${file}:${line}: a block in "${language}", which test/docs does not check`)
    return { kind, file, line, info: rest.trim(), name, code: plain }
  })
}

export const allBlocks = (): Block[] => markdownFiles().flatMap(file => blocksIn(file))

export const place = ({ file, line }: Block): string => `${file}:${line}`

/** The same code once, with all its places. */
export function distinct(blocks: readonly Block[]): { block: Block, places: string[] }[] {
  const found = new Map<string, { block: Block, places: string[] }>()
  for (const block of blocks) {
    const key = `${block.kind} ${block.name} ${block.code}`
    const known = found.get(key) ?? { block, places: [] }
    known.places.push(place(block))
    found.set(key, known)
  }
  return [...found.values()]
}
