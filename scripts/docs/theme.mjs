/** Theme variables, read out of the components themselves. */
import { readFileSync } from 'node:fs'
import { parse } from '@vue/compiler-sfc'
import { listFiles } from '../lib/files.mjs'
import { inRoot } from '../lib/root.mjs'

/** `--vk-pay-*` → its usual values: in the light, and under `prefers-color-scheme: dark`. */
export function themeVariables() {
  const found = new Map()
  const folders = ['components', 'uni_modules/vk-uni-pay/pages']
  for (const file of folders.flatMap(folder => listFiles(inRoot(folder)).map(name => `${folder}/${name}`)).filter(name => name.endsWith('.vue'))) {
    const { descriptor } = parse(readFileSync(inRoot(file), 'utf8'), { sourceMap: false })
    for (const { content } of descriptor.styles) {
      for (const [, dark, light] of content.matchAll(/@media \(prefers-color-scheme: dark\) \{((?:[^{}]*\{[^{}]*\})*[^{}]*)\}|([^@]+)/g)) {
        for (const [, name, value] of (dark ?? light).matchAll(/var\((--vk-pay-[\w-]+), ((?:[^()]|\([^()]*\))+)\)/g)) {
          const values = found.get(name) ?? { light: [], dark: [] }
          values[dark === undefined ? 'light' : 'dark'].push(value.trim())
          found.set(name, values)
        }
      }
    }
  }
  return [...found].map(([name, { light, dark }]) => ({ name, light: usual(light), dark: usual(dark) })).sort((a, b) => a.name.localeCompare(b.name))
}

function usual(values) {
  const count = value => values.filter(other => other === value).length
  return [...values].sort((a, b) => count(b) - count(a))[0]
}
