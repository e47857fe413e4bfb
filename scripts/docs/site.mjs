/**
 * The documentation site. `npm run docs:dev` serves it on 127.0.0.1, `npm run docs:build` writes
 * `docs/.vitepress/dist` and fails on a dead link, a missing include or a page that one language lacks.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { listFiles } from '../lib/files.mjs'
import { inRoot } from '../lib/root.mjs'
import { buildDemo } from './demo.mjs'
import { generate } from './generate.mjs'
import { freshPictures } from './pictures.mjs'

const command = process.argv[2] ?? 'build'
const docs = inRoot('docs')

export const markdownFiles = () => listFiles(docs).filter(file => file.endsWith('.md') && !/^(?:\.|public\/)/.test(file))

/** VitePress leaves an include that leads nowhere as it is, and says nothing. */
function checkIncludes() {
  const lost = markdownFiles().flatMap(file => [...readFileSync(`${docs}/${file}`, 'utf8').matchAll(/<!--\s*@include:\s*@\/(\S+?)\s*-->/g)]
    .filter(([, target]) => !existsSync(`${docs}/${target}`))
    .map(([, target]) => `${file} includes ${target}, which nobody makes`))
  if (lost.length > 0)
    throw new Error(lost.join('\n'))
}

/** Each page is there in both languages. */
function checkLanguages() {
  const pages = markdownFiles()
  const lacking = pages.filter(file => !pages.includes(file.startsWith('en/') ? file.slice(3) : `en/${file}`))
  if (lacking.length > 0)
    throw new Error(`in one language only: ${lacking.join(', ')}`)
  return pages.length
}

/** VitePress looks at pages; a link into one may still lead to a heading that is not there. */
function checkAnchors() {
  const dist = `${docs}/.vitepress/dist`
  const html = Object.fromEntries(listFiles(dist).filter(file => file.endsWith('.html') && !file.startsWith('demo/')).map(file => [file, readFileSync(`${dist}/${file}`, 'utf8')]))
  const base = process.env.DOCS_BASE ?? '/'
  const lost = Object.entries(html).flatMap(([file, text]) => [...text.matchAll(/<a [^>]*href="([^"#]*)#([^"]+)"/g)]
    .map(([, path, anchor]) => [path === '' ? file : path.slice(base.length).replace(/(?:\/|^)$/, '$&index.html'), decodeURIComponent(anchor)])
    .filter(([target, anchor]) => html[target] !== undefined && !html[target].includes(`id="${anchor}"`))
    .map(([target, anchor]) => `${file} links to ${target}#${anchor}, which has no such heading`))
  if (lost.length > 0)
    throw new Error([...new Set(lost)].join('\n'))
}

/** Started from node itself: stopping an `npx` would leave its child behind. */
function vitepress(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [inRoot('node_modules/vitepress/bin/vitepress.js'), ...args], { cwd: inRoot('.'), stdio: 'inherit' })
    child.on('error', reject)
    child.on('close', status => status === 0 ? resolve() : reject(new Error(`vitepress ${args[0]} ended with ${status}`)))
    for (const signal of ['SIGINT', 'SIGTERM'])
      process.on(signal, () => child.kill(signal))
  })
}

console.log(`generated ${await generate()} files`)
await buildDemo()
checkIncludes()
const pages = checkLanguages()
if (command === 'dev') {
  await vitepress('dev', 'docs', '--host', '127.0.0.1', ...process.argv.slice(3))
}
else {
  console.log(await freshPictures())
  await vitepress('build', 'docs')
  checkAnchors()
  console.log(`docs: ${pages} pages in docs/.vitepress/dist`)
}
