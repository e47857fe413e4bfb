/** Tables of components, composables and types: from the sources, in both languages. */
import { code, eventTable, fieldTable, table, word } from './markdown.mjs'
import { readComponent } from '../lib/components.mjs'
import { docText, fieldsOf, functionOf } from '../lib/declarations.mjs'
import { themeVariables } from './theme.mjs'
import { say } from './words.mjs'

const titles = {
  zh: { props: '属性', events: '事件', slots: '插槽', exposed: '通过 ref 调用', options: '选项', returns: '返回', star: '带 \\* 的必填。' },
  en: { props: 'Props', events: 'Events', slots: 'Slots', exposed: 'Through a ref', options: 'Options', returns: 'Returns', star: 'A \\* marks what must be there.' },
}

const documented = ['vk-pay-button', 'vk-pay-cashier', 'vk-pay-channels', 'vk-pay-qrcode', 'vk-pay-status', 'vk-uni-pay']

function component(language, name) {
  const t = titles[language]
  const { file, props, events, slots, exposed } = readComponent(name)
  return [
    `## ${t.props} {#props}`,
    fieldTable(language, props, { title: 'prop', kebab: true, star: false }),
    `## ${t.events} {#events}`,
    eventTable(language, events),
    ...slots.length === 0
      ? []
      : [`## ${t.slots} {#slots}`, table(
          [word(language, 'slot'), word(language, 'handed'), word(language, 'meaning')],
          slots.map(slot => [code(slot.name), slot.handed.map(one => code(one.name)).join(' '), say(language, slot.text)]),
        )],
    ...exposed.length === 0 ? [] : [`## ${t.exposed} {#expose}`, fieldTable(language, exposed, { star: false })],
    ...name === 'vk-pay-status' ? ['### `VkPayStatusView` {#view}', fieldTable(language, fieldsOf(file, 'VkPayStatusView'), { star: false })] : [],
    ...name === 'vk-uni-pay' ? ['VkUniPayCreateOptions', 'VkUniPayQueryOptions'].flatMap(one => [`### \`${one}\``, fieldTable(language, fieldsOf(file, one), { star: false })]) : [],
  ]
}

const composables = {
  'use-payment': { file: 'composables/usePayment/index.ts', name: 'usePayment', types: 'composables/usePayment/types.ts', options: ['UsePaymentOptions', 'PayCallOptions'], returns: 'UsePaymentReturn' },
  'use-payment-status': { file: 'composables/usePaymentStatus/index.ts', name: 'usePaymentStatus', types: 'composables/usePaymentStatus/types.ts', options: ['UsePaymentStatusOptions'], returns: 'UsePaymentStatusReturn' },
  'use-channels': { file: 'composables/useChannels/index.ts', name: 'useChannels', types: 'composables/useChannels/index.ts', options: ['UseChannelsOptions'], returns: 'UseChannelsReturn' },
  'use-countdown': { file: 'composables/useCountdown/index.ts', name: 'useCountdown', types: 'composables/useCountdown/index.ts', options: ['UseCountdownOptions'], returns: 'UseCountdownReturn' },
}

function composable(language, { file, name, types, options, returns }) {
  const t = titles[language]
  const { signature } = functionOf(file, name)
  return [
    `\`\`\`text\n${signature}\n\`\`\``,
    ...options.flatMap(one => [`## ${t.options} \`${one}\``, fieldTable(language, fieldsOf(types, one), { star: false })]),
    `## ${t.returns} \`${returns}\``,
    fieldTable(language, fieldsOf(types, returns), { star: false }),
  ]
}

function section(language, file, name, options = {}) {
  return [
    `## \`${name}\` {#${name.toLowerCase()}}`,
    say(language, docText(file, name)),
    fieldTable(language, fieldsOf(file, name), { star: false, ...options }),
  ]
}

const types = 'js_sdk/types.ts'
const cloud = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src'

/** Name of a generated file → its parts. */
export function apiPages(language) {
  const t = titles[language]
  return {
    ...Object.fromEntries(documented.map(name => [name, component(language, name)])),
    ...Object.fromEntries(Object.entries(composables).map(([name, one]) => [name, composable(language, one)])),
    'use-payment-store': [fieldTable(language, fieldsOf('composables/usePaymentStore/index.ts', 'RecentPayment'), { star: false })],
    'client-options': [fieldTable(language, fieldsOf(types, 'VkPayOptions'), { star: false })],
    'client': [fieldTable(language, fieldsOf('js_sdk/client.ts', 'VkPay'), { star: false })],
    'client-types': [
      t.star,
      ...section(language, types, 'PayOrder', { star: true }),
      ...section(language, types, 'PayResult'),
      ...section(language, types, 'StateChange'),
      ...section(language, types, 'QueryPaymentResult'),
      ...section(language, types, 'CreatePaymentResult'),
      ...section(language, types, 'Backend', { star: true }),
      ...section(language, types, 'PayProvider', { star: true }),
      ...section(language, types, 'LaunchContext'),
      ...section(language, 'js_sdk/journal.ts', 'JournalEntry'),
    ],
    'theme': [table(
      [{ zh: '变量', en: 'variable' }[language], { zh: '用在', en: 'of what' }[language], { zh: '浅色默认值', en: 'light' }[language], { zh: '深色默认值', en: 'dark' }[language]],
      themeVariables().map(({ name, meaning, light, dark }) => [code(name), meaning[language], code(light), code(dark)]),
    )],
    'config': [fieldTable(language, fieldsOf(`${cloud}/config/types.ts`, 'PayConfig'), { star: false })],
    'cloud-api': [fieldTable(language, fieldsOf(`${cloud}/pay.ts`, 'Pay'), { star: false })],
    'node-options': [
      ...section(language, `${cloud}/pay.ts`, 'PayOptions', { star: true }),
      ...section(language, `${cloud}/runtimes/node.ts`, 'NodeListenerOptions'),
      ...section(language, `${cloud}/runtimes/reconciling.ts`, 'ReconcilingOptions'),
      ...section(language, `${cloud}/runtimes/node-ops.ts`, 'OpsListenerOptions'),
    ],
    'forward': [
      ...section(language, `${cloud}/core/forward.ts`, 'ForwardTarget'),
      ...section(language, `${cloud}/receiver.ts`, 'ReceiverOptions', { star: true }),
    ],
    'handler-event': [fieldTable(language, fieldsOf(`${cloud}/core/handlers.ts`, 'HandlerEvent'), { star: false })],
    'base-dao': [fieldTable(language, fieldsOf(`${cloud}/data/base-dao.ts`, 'BaseDao'), { star: false })],
    'bill': [fieldTable(language, fieldsOf(`${cloud}/core/check-bill.ts`, 'BillDifference'), { star: false })],
    'doctor': [fieldTable(language, fieldsOf(`${cloud}/core/doctor.ts`, 'Finding'), { star: false })],
    'reconcile': [fieldTable(language, fieldsOf(`${cloud}/core/reconcile.ts`, 'ReconcileCounts'), { star: false })],
  }
}
