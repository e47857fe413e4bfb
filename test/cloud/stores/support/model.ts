import fc from 'fast-check'
import { command as _ } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'
import type { Doc, Filter, Patch } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/store'

/** A filter as the store takes it, and what it means in plain code. */
export interface ModelFilter { filter: Filter, matches: (doc: Doc) => boolean, text: string }
/** A patch as the store takes it, and what it does in plain code. */
export interface ModelPatch { patch: Patch, apply: (doc: Doc) => void, text: string }

const numbers = fc.integer({ min: -3, max: 6 })
const words = fc.constantFrom('', 'a', 'b', '支付', '😀', 'a b', 'Z')
const scalars = fc.oneof(numbers, words, fc.constant(null), fc.boolean())

/** Documents whose indexed fields (n, s, o.x) hold, or lack, or mistake their type. */
export const docs: fc.Arbitrary<Doc> = fc.record({
  n: fc.oneof({ weight: 5, arbitrary: numbers }, { weight: 1, arbitrary: scalars }),
  s: fc.oneof({ weight: 5, arbitrary: words }, { weight: 1, arbitrary: scalars }),
  o: fc.record({ x: numbers, y: words }, { requiredKeys: [] }),
  list: fc.array(numbers, { maxLength: 3 }),
  free: scalars,
}, { requiredKeys: [] })

function at(doc: Doc, path: string): unknown {
  return path.split('.').reduce<unknown>((value, part) => typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined, doc)
}

const equal = (a: unknown, b: unknown): boolean => (a ?? null) === (b ?? null)
const less = (a: unknown, b: unknown): boolean => typeof a === typeof b && ['number', 'string'].includes(typeof a) && (a as number) < (b as number)

const paths = fc.constantFrom('n', 's', 'o.x', 'o.y', 'free')

const single: fc.Arbitrary<ModelFilter> = fc.oneof(
  fc.tuple(paths, scalars).map(([path, v]) => ({ filter: { [path]: v }, matches: (doc: Doc) => equal(at(doc, path), v), text: `${path} = ${v}` })),
  fc.tuple(paths, scalars).map(([path, v]) => ({ filter: { [path]: _.neq(v) }, matches: (doc: Doc) => !equal(at(doc, path), v), text: `${path} ≠ ${v}` })),
  fc.tuple(paths, fc.oneof(numbers, words)).map(([path, v]) => ({ filter: { [path]: _.lt(v) }, matches: (doc: Doc) => less(at(doc, path), v), text: `${path} < ${v}` })),
  fc.tuple(paths, fc.oneof(numbers, words)).map(([path, v]) => ({ filter: { [path]: _.gte(v) }, matches: (doc: Doc) => typeof at(doc, path) === typeof v && !less(at(doc, path), v), text: `${path} ≥ ${v}` })),
  fc.tuple(paths, fc.array(scalars, { maxLength: 3 })).map(([path, vs]) => ({ filter: { [path]: _.in(vs) }, matches: (doc: Doc) => vs.some(v => equal(at(doc, path), v)), text: `${path} in ${vs}` })),
  fc.tuple(paths, fc.array(scalars, { maxLength: 3 })).map(([path, vs]) => ({ filter: { [path]: _.nin(vs) }, matches: (doc: Doc) => !vs.some(v => equal(at(doc, path), v)), text: `${path} nin ${vs}` })),
  fc.tuple(paths, fc.boolean()).map(([path, there]) => ({ filter: { [path]: _.exists(there) }, matches: (doc: Doc) => (at(doc, path) !== undefined) === there, text: `${path} exists ${there}` })),
  numbers.map(v => ({ filter: { list: v }, matches: (doc: Doc) => Array.isArray(doc.list) && doc.list.includes(v), text: `list has ${v}` })),
  numbers.map(v => ({ filter: { o: { x: _.gt(v) } }, matches: (doc: Doc) => less(v, at(doc, 'o.x')), text: `o{x > ${v}}` })),
  fc.constant({ filter: {}, matches: () => true, text: 'all' }),
)

export const filters: fc.Arbitrary<ModelFilter> = fc.oneof(
  { weight: 3, arbitrary: single },
  { weight: 1, arbitrary: fc.array(single, { minLength: 1, maxLength: 3 }).map(parts => ({ filter: _.and(parts.map(part => part.filter)), matches: (doc: Doc) => parts.every(part => part.matches(doc)), text: `(${parts.map(part => part.text).join(' and ')})` })) },
  { weight: 1, arbitrary: fc.array(single, { minLength: 1, maxLength: 3 }).map(parts => ({ filter: _.or(parts.map(part => part.filter)), matches: (doc: Doc) => parts.some(part => part.matches(doc)), text: `(${parts.map(part => part.text).join(' or ')})` })) },
)

function objectAt(doc: Doc): Record<string, unknown> {
  doc.o ??= {}
  return doc.o as Record<string, unknown>
}

/** Only changes that fit every document {@link docs} makes. */
export const patches: fc.Arbitrary<ModelPatch> = fc.oneof(
  numbers.map(v => ({ patch: { n: v }, apply: (doc: Doc) => void (doc.n = v), text: `n := ${v}` })),
  words.map(v => ({ patch: { s: v, free: null }, apply: (doc: Doc) => void Object.assign(doc, { s: v, free: null }), text: `s := ${v}` })),
  numbers.map(v => ({ patch: { 'o.x': _.inc(v) }, apply: (doc: Doc) => void (objectAt(doc).x = Number(objectAt(doc).x ?? 0) + v), text: `o.x += ${v}` })),
  fc.integer({ min: -1, max: 2 }).map(v => ({ patch: { o: { x: _.mul(v) } }, apply: (doc: Doc) => void (objectAt(doc).x = Number(objectAt(doc).x ?? 0) * v + 0), text: `o.x *= ${v}` })),
  words.map(v => ({ patch: { o: { y: v } }, apply: (doc: Doc) => void (objectAt(doc).y = v), text: `o.y := ${v}` })),
  words.map(v => ({ patch: { o: _.set({ y: v }) }, apply: (doc: Doc) => void (doc.o = { y: v }), text: `o := {y: ${v}}` })),
  fc.constant({ patch: { 's': _.remove(), 'o.x': _.remove() }, apply: (doc: Doc) => {
    delete doc.s
    delete (doc.o as Record<string, unknown> | undefined)?.x
  }, text: 'remove s, o.x' }),
  fc.array(numbers, { minLength: 1, maxLength: 2 }).map(vs => ({ patch: { list: _.push(vs) }, apply: (doc: Doc) => void (doc.list = [...(doc.list as number[] | undefined) ?? [], ...vs]), text: `list push ${vs}` })),
  numbers.map(v => ({ patch: { list: _.pull(v) }, apply: (doc: Doc) => {
    if (doc.list)
      doc.list = (doc.list as number[]).filter(item => item !== v)
  }, text: `list pull ${v}` })),
)

/** Object keys in one order, so that documents compare as text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => typeof part === 'object' && part !== null && !Array.isArray(part)
    ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1))
    : part)
}
