/** Slots and theme variables, read out of the components themselves. */
import { readFileSync } from 'node:fs'
import { NodeTypes } from '@vue/compiler-core'
import { parse } from '@vue/compiler-sfc'
import { listFiles } from '../lib/files.mjs'
import { inRoot } from '../lib/root.mjs'

/** Names of a component's slots, with what each hands out. */
export function slotsOf(file) {
  const { descriptor } = parse(readFileSync(inRoot(file), 'utf8'), { sourceMap: false })
  const slots = new Map()
  const visit = (node) => {
    if (node.type === NodeTypes.ELEMENT && node.tag === 'slot') {
      const name = node.props.find(prop => prop.type === NodeTypes.ATTRIBUTE && prop.name === 'name')?.value.content ?? 'default'
      const handed = node.props.filter(prop => prop.type === NodeTypes.DIRECTIVE && prop.name === 'bind').map(prop => prop.arg.content)
      slots.set(name, handed)
    }
    for (const child of [...node.children ?? [], ...node.branches ?? []]) visit(child)
  }
  visit(descriptor.template.ast)
  return [...slots].map(([name, handed]) => ({ name, handed })).sort((a, b) => (a.name === 'default' ? -1 : b.name === 'default' ? 1 : a.name.localeCompare(b.name)))
}

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
