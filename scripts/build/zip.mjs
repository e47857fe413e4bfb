import { readFileSync, writeFileSync } from 'node:fs'
import { zipSync } from 'fflate'
import { listFiles } from '../lib/files.mjs'

/** Earliest time a zip can name: the same sources make the same bytes. */
const NO_TIME = new Date(1980, 0, 1)

/** Packs the folder, with `name` as the folder inside of the archive. */
export function zipFolder(folder, name, file) {
  const entries = Object.fromEntries(listFiles(folder).map(path => [`${name}/${path}`, readFileSync(`${folder}/${path}`)]))
  writeFileSync(file, zipSync(entries, { level: 9, mtime: NO_TIME }))
}
