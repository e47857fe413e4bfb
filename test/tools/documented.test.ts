import { relative } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { defaultsOf } from '../../scripts/lib/declarations.mjs'
import { readComponent, slotsInTemplate, tags } from '../../scripts/lib/components.mjs'
import { inRoot } from '../../scripts/lib/root.mjs'

const CLOUD = 'uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src'
/** Whatever an author can import, by the modules it is imported from. */
const ENTRIES = [
  'js_sdk/index.ts',
  ...['usePayment', 'usePaymentStatus', 'useChannels', 'useCountdown', 'usePaymentStore'].map(name => `composables/${name}/index.ts`),
  ...tags.map(tag => `components/${tag}/types.ts`),
  'testing/index.ts',
  'testing/node/node.ts',
  'testing/node/vite.ts',
  `${CLOUD}/node.ts`,
]
/** What an author fills in, under other names than `…Props` and `…Options`. */
const INPUTS = ['PayOrder', 'PayProvider', 'PayConfig', 'ForwardTarget', 'TestOrder', 'WxpaySettings', 'AlipaySettings', 'AppleiapSettings', 'DouyinSettings']
/** What the function or the channel fills in, and `createReceiver` and the like hand over. */
const OUTPUT = /(?:Emits|Slots|Expose|Return)$/

const program = ts.createProgram(ENTRIES.map(file => inRoot(file)), { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, types: [], noEmit: true, skipLibCheck: true })
const checker = program.getTypeChecker()

const exported = new Map(ENTRIES.flatMap((file) => {
  const symbol = checker.getSymbolAtLocation(program.getSourceFile(inRoot(file))!)!
  return checker.getExportsOfModule(symbol).map(one => one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one)
}).flatMap(symbol => (symbol.declarations ?? []).filter(ts.isInterfaceDeclaration)).map(node => [node.name.text, node]))

const inputs = [...exported.values()].filter(({ name: { text } }) => /(?:Props|Options)$/.test(text) || INPUTS.includes(text))
const outputs = [...exported.values()].filter(({ name: { text } }) => OUTPUT.test(text))

const place = (node: ts.Node) => `${relative(inRoot(), node.getSourceFile().fileName)}:${node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1}`
const tag = (node: ts.Node, name: string) => ts.getJSDocTags(node).find(one => one.tagName.text === name)

/** A field without a word of its own is explained by the type it names. */
function isDescribed(node: ts.TypeElement): boolean {
  const words = (one: ts.Node) => ts.getJSDocCommentsAndTags(one).some(doc => ts.isJSDoc(doc) && doc.comment)
  const type = (node as ts.PropertySignature).type
  const named = type && ts.isTypeReferenceNode(type) ? checker.getSymbolAtLocation(type.typeName) : undefined
  const target = named && named.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(named) : named
  return words(node) || !!target?.declarations?.some(words)
}

const members = (node: ts.InterfaceDeclaration) => node.members.filter(member => !ts.isIndexSignatureDeclaration(member))

describe('what editors show', () => {
  it('is there for every prop and option', () => {
    expect(inputs.map(({ name }) => name.text).sort()).toEqual(expect.arrayContaining(['ForwardTarget', 'HttpBackendOptions', 'MockPaymentOptions', 'NodeListenerOptions', 'NodePayOptions', 'PayConfig', 'PayOptions', 'PayOrder', 'ReconcileOptions', 'TestHandlersOptions', 'UniTestingOptions', 'UseChannelsOptions', 'UsePaymentOptions', 'UsePaymentStatusOptions', 'VkPayButtonProps', 'VkPayOptions', 'VkPayStatusProps', 'WxpaySettings']))
    expect(inputs.flatMap(members).filter(member => !isDescribed(member)).map(place)).toEqual([])
  })

  it('names the default of every one that may be left out', () => {
    const silent = inputs.flatMap(members).filter(member => member.questionToken && !ts.getTextOfJSDocComment(tag(member, 'default')?.comment))
    expect(silent.map(place)).toEqual([])
  })

  it('is there for every event, slot, method and returned value', () => {
    expect(outputs.length).toBeGreaterThan(15)
    expect(outputs.flatMap(members).filter(member => !isDescribed(member)).map(place)).toEqual([])
  })
})

describe.each(tags)('%s', (name) => {
  const { props, slots } = readComponent(name)
  const real = defaultsOf(`components/${name}/${name}.vue`)
  const isValue = (text: string) => /^(?:-?\d+|true|false|"[^"]*"|'[^']*'|\[\])$/.test(text)

  it('has the defaults that its comments tell', () => {
    for (const { name: prop, type, byDefault } of props) {
      const told = byDefault.replace(/"/g, '\'')
      if (real[prop] !== undefined)
        expect(told, prop).toBe(real[prop])
      else if (type === 'boolean')
        expect(told, `${prop}: Vue makes false of a boolean that is left out`).toBe('false')
      else
        expect(isValue(told), `${prop} has no default, its comment tells ${told}`).toBe(false)
    }
  })

  it('has the slots that its types tell', () => {
    expect(Object.fromEntries(slots.map(slot => [slot.name, slot.handed.map(one => one.name)]))).toEqual(slotsInTemplate(name))
  })
})

it('channels that are built in are those one can type', () => {
  const alias = program.getSourceFile(inRoot('js_sdk/types.ts'))!.statements.find((node): node is ts.TypeAliasDeclaration => ts.isTypeAliasDeclaration(node) && node.name.text === 'BuiltInProviderId')!
  const union = checker.getTypeAtLocation(alias) as ts.UnionType
  const ids = union.types.map(type => (type as ts.StringLiteralType).value).sort()
  const table = program.getSourceFile(inRoot('js_sdk/providers/index.ts'))!
  const files = table.statements.filter(ts.isImportDeclaration).map(node => (node.moduleSpecifier as ts.StringLiteral).text).filter(path => path !== '../types')
  const declared = files.map(file => program.getSourceFile(inRoot('js_sdk/providers', `${file.slice(2)}.ts`))!.text.match(/^ {2}id: '([\w-]+)',$/m)?.[1]).sort()
  expect(ids).toEqual(declared)
})
