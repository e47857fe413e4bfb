import { kebab } from '../lib/components.mjs'
import { isLiteral } from '../lib/declarations.mjs'
import { say } from './words.mjs'

/** Text in a cell: neither a column's end nor, outside of code, a tag. */
export function cell(text) {
  const parts = String(text).replace(/\|/g, '\\|').replace(/\n/g, ' ').split('`')
  return parts.map((part, index) => index % 2 === 0 ? part.replace(/</g, '&lt;') : part).join('`')
}

export const code = text => text === '' || text === undefined ? '' : `\`${String(text).replace(/\|/g, '\\|').replace(/\s+/g, ' ')}\``

export const table = (head, rows) => `${[head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n')}\n`

const heads = {
  zh: { field: '字段', prop: '属性', type: '类型', meaning: '说明', byDefault: '默认', event: '事件', payload: '参数', slot: '插槽', handed: '传出', must: '必填', throws: '失败' },
  en: { field: 'field', prop: 'prop', type: 'type', meaning: 'meaning', byDefault: 'default', event: 'event', payload: 'payload', slot: 'slot', handed: 'hands out', must: 'required', throws: 'Fails with' },
}

export const word = (language, key) => heads[language][key]

/** A default is code when it looks like a value, else a sentence. */
function defaultText(language, text) {
  if (isLiteral(text))
    return code(text.replace(/`/g, ''))
  return cell(say(language, text))
}

function meaning(language, { text, throws }) {
  return [cell(say(language, text)), throws && `${word(language, 'throws')} ${cell(say(language, throws))}`].filter(Boolean).join(' ')
}

/** Fields of an interface. Required ones carry a star, so that no column is spent on it. */
export function fieldTable(language, fields, { title = 'field', kebab: dashed = false, star = true } = {}) {
  const withDefault = fields.some(({ byDefault }) => byDefault)
  const nameOf = name => dashed ? kebab(name) : name
  return table(
    [word(language, title), word(language, 'type'), word(language, 'meaning'), ...withDefault ? [word(language, 'byDefault')] : []],
    fields.map(field => [
      code(nameOf(field.name)) + (star && !field.optional ? ' \\*' : ''),
      code(field.type),
      meaning(language, field),
      ...withDefault ? [defaultText(language, field.byDefault)] : [],
    ]),
  )
}

export function eventTable(language, events) {
  return table(
    [word(language, 'event'), word(language, 'payload'), word(language, 'meaning')],
    events.map(event => [code(kebab(event.name)), code(event.type), meaning(language, event)]),
  )
}
