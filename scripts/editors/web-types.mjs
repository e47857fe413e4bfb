/** For WebStorm and its kin: https://github.com/JetBrains/web-types */
export function webTypes(components, { version, toComponents }) {
  return {
    '$schema': 'https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json',
    'framework': 'vue',
    'name': 'vk-uni-pay',
    version,
    'js-types-syntax': 'typescript',
    'description-markup': 'markdown',
    'contributions': {
      html: {
        'vue-components': components.map(({ tag, symbol, description, props, events, slots }) => ({
          name: symbol,
          description,
          source: { file: `${toComponents}/${tag}/${tag}.vue`, offset: 0 },
          props: props.map(prop => ({ name: prop.name, description: prop.description, type: prop.type, required: prop.required, ...prop.byDefault && { default: prop.byDefault } })),
          slots: slots.map(slot => ({ 'name': slot.name, 'description': slot.description, 'vue-properties': slot.handed })),
          js: { events: events.map(event => ({ name: event.name, description: event.description, arguments: event.type ? [{ name: event.argument, type: event.type }] : [] })) },
        })),
      },
    },
  }
}
