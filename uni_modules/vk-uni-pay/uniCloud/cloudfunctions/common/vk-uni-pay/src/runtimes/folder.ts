/** Handlers and actions as files: listed once, loaded by names from the list, never by what a client sent. */
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import type { Action, ActionTable } from '../actions'
import type { HandlerModule, HandlerTable } from '../core/handlers'
import type { Pay } from '../pay'

const FILE = /^([\w-]+)\.c?js$/
const FOLDER = /^[\w-]+$/

function listFolder(dir: string): Map<string, string> {
  const names = existsSync(dir) ? readdirSync(dir).sort() : []
  const files = names.flatMap((name) => {
    const match = FILE.exec(name)
    return match?.[1] ? [[match[1], join(dir, name)] as const] : []
  })
  return new Map(files)
}

/** CommonJS from wherever this code itself was loaded. */
const loader = (dir: string): NodeRequire => createRequire(join(dir, 'index.js'))

/** The files of a folder such as `service/pay-notify`, by their names: the order types there are. */
export function handlersFrom(folder: string): HandlerTable {
  const dir = resolve(folder)
  const files = listFolder(dir)
  const require = loader(dir)
  return {
    types: [...files.keys()],
    load: (type) => {
      const file = files.get(type)
      return file === undefined ? undefined : require(file) as HandlerModule
    },
  }
}

/** The files of a folder and of the folders in it, as `<name>/<file>`. */
function listTree(dir: string, name: string): [string, string][] {
  const folders = existsSync(dir) ? readdirSync(dir, { withFileTypes: true }).filter(entry => entry.isDirectory() && FOLDER.test(entry.name)) : []
  return [
    ...[...listFolder(dir)].map(([file, path]): [string, string] => [`${name}/${file}`, path]),
    ...folders.flatMap(entry => listTree(join(dir, entry.name), `${name}/${entry.name}`)),
  ]
}

/** The files in `service/pay`, as actions `pay/<name>` or `pay/<folder>/<name>`; each exports `{ main }` or a function. */
export function actionsFrom(folder: string): ActionTable<Pay> {
  const dir = resolve(folder)
  const require = loader(dir)
  const files = new Map(listTree(join(dir, 'pay'), 'pay').sort(([a], [b]) => a < b ? -1 : 1))
  return {
    names: [...files.keys()],
    load: (name) => {
      const file = files.get(name)
      if (file === undefined)
        return undefined
      const module = require(file) as Action<Pay> | { main: Action<Pay> }
      return typeof module === 'function' ? module : event => module.main(event)
    },
  }
}
