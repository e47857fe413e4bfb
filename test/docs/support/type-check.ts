import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import type { Block } from './blocks'
import { place, root } from './blocks'

const extensions: Partial<Record<Block['kind'], string>> = { vue: 'vue', ts: 'ts', client: 'js', host: 'mjs' }

interface Plan {
  /** Folder in `.tmp`. */
  folder: string
  blocks: readonly Block[]
  /** tsconfig of the repository to build on, and what is different. */
  extending: string
  options: object
  /** Further files: name → content. */
  files?: Record<string, string>
  include?: readonly string[]
  /** @default 'vue-tsc' */
  compiler?: 'vue-tsc' | 'tsc'
}

/** Writes the blocks as files and has them checked. @returns what it found, at its place in the markdown */
export async function typeCheck({ folder, blocks, extending, options, files = {}, include = [], compiler = 'vue-tsc' }: Plan): Promise<string[]> {
  const dir = join(root, '.tmp', folder)
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  const names = new Map(blocks.map((block, index) => [`block-${index}.${extensions[block.kind]}`, block]))
  for (const [name, { code }] of names)
    writeFileSync(join(dir, name), code)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({
    extends: `../../${extending}`,
    compilerOptions: { baseUrl: '../..', allowJs: true, checkJs: true, noUnusedLocals: false, noUnusedParameters: false, ...options },
    include: ['*', ...include],
  }))
  const said = await run(compiler, dir)
  return said.split('\n').flatMap((line) => {
    const [, name = '', row, rest] = line.match(/(block-\d+\.\w+)\((\d+),\d+\): (.*)/) ?? []
    const block = names.get(name)
    if (block)
      return [`${block.file}:${block.line + Number(row) - 1} (block at ${place(block)}): ${rest}`]
    return / error TS/.test(line) || line.startsWith('error ') ? [line] : []
  })
}

const programs = { 'vue-tsc': 'vue-tsc/bin/vue-tsc.js', 'tsc': 'typescript/bin/tsc' }

function run(compiler: keyof typeof programs, dir: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', programs[compiler]), '--noEmit', '--pretty', 'false', '-p', dir], { cwd: root })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => said += text)
    child.on('error', reject)
    child.on('close', status => status === 0 || said.includes('error TS') ? resolve(said) : reject(new Error(`${compiler} ended with ${status}\n${said}`)))
  })
}
