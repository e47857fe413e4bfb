import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { isThere, listFiles, writeText } from '../lib/files.mjs'

/**
 * Writes out what the declarations in `folder` import: Node's own resolution, which TypeScript follows
 * where it is asked to, knows no `./types` for `./types.js`.
 */
export function nameDeclarations(folder) {
  for (const file of listFiles(folder).filter(name => name.endsWith('.d.ts')))
    nameFiles(folder, file)
}

function nameFiles(folder, file) {
  const here = posix.dirname(file)
  const text = readFileSync(`${folder}/${file}`, 'utf8')
  writeText(`${folder}/${file}`, text.replace(/(?<=(?:from |import\()['"])\.{1,2}(?:\/[^'"]*)?(?=['"])/g, (name) => {
    const path = posix.join(here, name)
    const end = ['.d.ts', '.ts', '/index.d.ts', '/index.ts'].find(end => isThere(`${folder}/${path}${end}`))
    return end ? `${name}${end.includes('index') ? '/index' : ''}.js` : name
  }))
}
