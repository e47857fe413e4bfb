/** What each component offers, read out of its sources: for the documentation and for editors. */
import { readFileSync } from 'node:fs'
import { NodeTypes } from '@vue/compiler-core'
import { parse } from '@vue/compiler-sfc'
import { declares, defaultsOf, docText, eventsOf, fieldsOf } from './declarations.mjs'
import { isThere, listFiles } from './files.mjs'
import { inRoot } from './root.mjs'

export const kebab = name => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
export const pascal = name => name.replace(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase())

/** Tags that authors write: each a folder with the `.vue` of its name and its contract in `types.ts`. */
export const tags = listFiles(inRoot('components'))
  .map(file => file.split('/'))
  .filter(([folder, file]) => file === `${folder}.vue` && isThere(inRoot('components', folder, 'types.ts')))
  .map(([folder]) => folder)

/**
 * A component as its `types.ts` declares it. Names are as they stand there: `autoRefresh`, `stateChange`.
 *
 * @returns `{ tag, symbol, file, text, props, events, slots, exposed }`; `values` of a prop are the
 * literals it may be, `handed` of a slot what it gives out, by name
 */
export function readComponent(tag) {
  const file = `components/${tag}/types.ts`
  const symbol = pascal(tag)
  const byDefault = defaultsOf(`components/${tag}/${tag}.vue`)
  const fields = suffix => declares(file, `${symbol}${suffix}`) ? fieldsOf(file, `${symbol}${suffix}`) : []
  return {
    tag,
    symbol,
    file,
    text: docText(file, `${symbol}Props`),
    props: fields('Props').map(prop => ({ ...prop, byDefault: prop.byDefault || byDefault[prop.name] || '', values: literals(prop.type) })),
    events: eventsOf(file, `${symbol}Emits`),
    slots: fields('Slots').map(slot => ({ ...slot, handed: handedOut(slot.type) })),
    exposed: fields('Expose'),
  }
}

/** `'a' | 'b'` → `['a', 'b']`; nothing for any other type. */
function literals(type) {
  const parts = type.split('|').map(part => part.trim()).filter(Boolean)
  return parts.every(part => /^'[^']*'$/.test(part)) ? parts.map(part => part.slice(1, -1)) : []
}

/** `(handed: { view: View }) => unknown` → `[{ name: 'view', type: 'View' }]`. */
function handedOut(type) {
  const [, inside = ''] = type.match(/^\(\w+: \{ (.*) \}\) =>/) ?? []
  return inside.split(',').filter(Boolean).map(part => part.split(':').map(word => word.trim())).map(([name, typed]) => ({ name, type: typed }))
}

/** Names of the slots in the template itself, with what each hands out. */
export function slotsInTemplate(tag) {
  const { descriptor } = parse(readFileSync(inRoot('components', tag, `${tag}.vue`), 'utf8'), { sourceMap: false })
  const slots = new Map()
  const visit = (node) => {
    if (node.type === NodeTypes.ELEMENT && node.tag === 'slot') {
      const name = node.props.find(prop => prop.type === NodeTypes.ATTRIBUTE && prop.name === 'name')?.value.content ?? 'default'
      slots.set(name, node.props.filter(prop => prop.type === NodeTypes.DIRECTIVE && prop.name === 'bind').map(prop => prop.arg.content))
    }
    for (const child of [...node.children ?? [], ...node.branches ?? []]) visit(child)
  }
  visit(descriptor.template.ast)
  return Object.fromEntries(slots)
}
