/** Slots, read out of the components themselves. */
import { readFileSync } from 'node:fs'
import { NodeTypes } from '@vue/compiler-core'
import { parse } from '@vue/compiler-sfc'
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
