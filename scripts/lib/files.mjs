import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/** Files below `dir`, as sorted paths relative to it with `/`. */
export function listFiles(dir) {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

export function writeText(file, text) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

export const readJson = file => JSON.parse(readFileSync(file, 'utf8'))

/** Replaces `to` with a copy of `from`. */
export function copyFresh(from, to) {
  rmSync(to, { recursive: true, force: true })
  mkdirSync(dirname(to), { recursive: true })
  cpSync(from, to, { recursive: true })
}

export const sizeOf = file => statSync(file).size
export const isThere = existsSync

/** `12345` → `"12.1 KB"`. */
export const kilobytes = bytes => `${(bytes / 1024).toFixed(1)} KB`
