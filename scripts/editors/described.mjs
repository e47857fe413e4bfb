/** The components with their words in Chinese, for those who read them while typing. */
import { say } from '../docs/words.mjs'
import { kebab, readComponent, tags } from '../lib/components.mjs'
import { isLiteral } from '../lib/declarations.mjs'

const zh = text => say('zh', text)

/** Names as they are typed in a template; a default that is no value is a sentence of the description. */
export function describedComponents() {
  return tags.map((tag) => {
    const { symbol, text, props, events, slots, exposed } = readComponent(tag)
    return {
      tag,
      symbol,
      description: [zh(text), ...exposed.length > 0 ? [`通过 ref 调用：${exposed.map(method => `\`${method.name}()\` ${zh(method.text)}`).join(' ')}`] : []].join('\n\n'),
      props: props.map(({ name, type, values, optional, text: words, byDefault }) => ({
        name: kebab(name),
        type,
        values,
        required: !optional,
        description: [zh(words), byDefault && byDefault !== 'none' && !isLiteral(byDefault) && `默认：${zh(byDefault)}`].filter(Boolean).join('\n\n'),
        byDefault: isLiteral(byDefault) ? byDefault.replace(/^`(.*)`$/, '$1') : undefined,
      })),
      events: events.map(({ name, type, argument, text: words }) => ({ name: kebab(name), type, argument, description: zh(words) })),
      slots: slots.map(({ name, handed, text: words }) => ({ name, handed, description: zh(words) })),
    }
  })
}

/** `(result: PayResult) => void`. */
export const listenerType = ({ argument, type }) => `(${type ? `${argument}: ${type}` : ''}) => void`
