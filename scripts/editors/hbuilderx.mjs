/**
 * For HBuilderX, which reads a comment of each component (vue doc), a file `<tag>.easycom.json` beside
 * it, and for packages in node_modules what the Vetur extension of VS Code reads.
 */
import { listenerType } from './described.mjs'

/** Aliases whose values are no objects. */
const aliases = { ProviderId: 'String', VkUniPayAction: 'String|Object', OrderSource: 'Object|Function' }
/** In vue doc a type is a constructor, as in the props of plain JavaScript: HBuilderX completes `true` for a Boolean. */
function constructorOf(type) {
  const [first] = type.split('|').map(part => part.trim()).filter(Boolean)
  const plain = { boolean: 'Boolean', string: 'String', number: 'Number' }
  return plain[first] ?? aliases[first] ?? (first.endsWith('[]') ? 'Array' : first.startsWith('\'') ? 'String' : 'Object')
}

const oneLine = text => text.replace(/\s+/g, ' ').replace(/\*\//g, '* /')

/** The comment at the head of the component's script. */
export function vueDoc({ tag, description, props, events }, example) {
  const camel = name => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())
  return [
    '/**',
    ` * ${tag}`,
    ` * @description ${oneLine(description)}`,
    ...props.flatMap(prop => [
      ` * @property {${constructorOf(prop.type)}} ${camel(prop.name)} ${oneLine(prop.description)}${prop.byDefault ? ` 默认：${prop.byDefault}` : ''}`,
      ...prop.values.map(value => ` * @value ${value}`),
    ]),
    ...events.map(event => ` * @event {${listenerType(event)}} ${camel(event.name)} ${oneLine(event.description)}`),
    ` * @example ${oneLine(example)}`,
    ' */',
  ].join('\n')
}

/** https://uniapp.dcloud.io/plugin/components-config.html */
export function easycomJson({ tag, description, props, events }, example) {
  const markdown = value => ({ value, kind: 'markdown' })
  return {
    name: tag,
    description: markdown(description),
    attributes: [
      ...props.map(prop => ({
        name: prop.name,
        description: markdown([prop.description, ...prop.byDefault ? [`默认：\`${prop.byDefault}\``] : []].join('\n\n')),
        type: prop.type,
        ...prop.values.length > 0 && { values: prop.values.map(name => ({ name })) },
      })),
      ...events.map(event => ({ name: `[event]${event.name}`, description: markdown(event.description), type: listenerType(event) })),
    ],
    example,
  }
}

/** Two files: tag → its attributes, `tag/attribute` → what it is. */
export function vetur(components) {
  return {
    tags: Object.fromEntries(components.map(({ tag, description, props, events }) => [tag, { description, attributes: [...props, ...events].map(({ name }) => name) }])),
    attributes: Object.fromEntries(components.flatMap(({ tag, props, events }) => [
      ...props.map(prop => [`${tag}/${prop.name}`, {
        description: [prop.description, ...prop.byDefault ? [`默认：${prop.byDefault}`] : []].join('\n\n'),
        type: prop.type,
        ...prop.values.length > 0 && { options: prop.values },
      }]),
      ...events.map(event => [`${tag}/${event.name}`, { description: event.description, type: 'event' }]),
    ])),
  }
}
