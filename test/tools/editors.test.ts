import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { compileScript, parse } from '@vue/compiler-sfc'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { filledIn, snippets } from '../../scripts/editors/snippets.mjs'
import { kebab, slotsInTemplate, tags } from '../../scripts/lib/components.mjs'
import { readJson } from '../../scripts/lib/files.mjs'
import { inRoot } from '../../scripts/lib/root.mjs'

const plugin = inRoot('dist/uni_modules/vk-uni-pay')
const npm = inRoot('dist/npm')
const CHINESE = /[\u4E00-\u9FFF]/

interface Named { name: string, description: string }
interface WebTypes {
  name: string
  version: string
  contributions: { html: { 'vue-components': (Named & { source: { file: string }, props: (Named & { type: string, required: boolean })[], slots: (Named & { 'vue-properties': { name: string }[] })[], js: { events: (Named & { arguments: { name: string, type: string }[] })[] } })[] } }
}
interface Easycom { name: string, description: { value: string }, attributes: { name: string, type: string, description: { value: string }, values?: { name: string }[] }[], example: string }

const webTypes = readJson(join(plugin, 'editor/web-types.json')) as WebTypes
const components = webTypes.contributions.html['vue-components']
const vetur = {
  tags: readJson(join(npm, 'editor/npm/tags.json')) as Record<string, { description: string, attributes: string[] }>,
  attributes: readJson(join(npm, 'editor/npm/attributes.json')) as Record<string, { description: string, type: string, options?: string[] }>,
}

/** What the Vue compiler makes of the component that authors get: props and events, as they are typed in a template. */
function compiled(tag: string) {
  const filename = join(plugin, `components/${tag}/${tag}.vue`)
  const { descriptor } = parse(readFileSync(filename, 'utf8'), { filename })
  const { content } = compileScript(descriptor, { id: tag, fs: { fileExists: existsSync, readFile: file => readFileSync(file, 'utf8') } })
  const find = (name: string, node: ts.Node = ts.createSourceFile('x.ts', content, ts.ScriptTarget.ESNext, true)): ts.Expression | undefined =>
    ts.isPropertyAssignment(node) && node.name.getText() === name ? node.initializer : ts.forEachChild(node, child => find(name, child))
  const props = find('props') as ts.ObjectLiteralExpression
  const emits = find('emits') as ts.ArrayLiteralExpression
  return {
    props: props.properties.map(one => kebab(one.name!.getText())).sort(),
    events: emits.elements.map(one => kebab((one as ts.StringLiteral).text)).sort(),
  }
}

const names = (list: readonly { name: string }[]) => list.map(({ name }) => name).sort()

it('every tag that authors may write is there, in each form', () => {
  const declared = [...readFileSync(inRoot('types/components.d.ts'), 'utf8').matchAll(/^ {4}(Vk\w+): /gm)].map(([, name]) => name!)
  expect(declared.length).toBeGreaterThan(5)
  expect(components.map(({ name }) => name).sort()).toEqual(declared.sort())
  expect(Object.keys(vetur.tags).sort()).toEqual([...tags].sort())
})

describe.each(tags)('%s', (tag) => {
  const { props, events } = compiled(tag)
  const web = components.find(({ name }) => kebab(name).slice(1) === tag)!
  const easycom = readJson(join(plugin, `components/${tag}/${tag}.easycom.json`)) as Easycom
  const vue = readFileSync(join(plugin, `components/${tag}/${tag}.vue`), 'utf8')

  it('in WebStorm, is what the compiler knows', () => {
    expect(names(web.props)).toEqual(props)
    expect(names(web.js.events)).toEqual(events)
    expect(Object.fromEntries(web.slots.map(slot => [slot.name, slot['vue-properties'].map(one => one.name)]))).toEqual(slotsInTemplate(tag))
    expect(existsSync(join(plugin, 'editor', web.source.file))).toBe(true)
  })

  it('in HBuilderX, is known by the file beside the component', () => {
    expect(easycom.name).toBe(tag)
    expect(easycom.attributes.map(({ name }) => name).sort()).toEqual([...props, ...events.map(event => `[event]${event}`)].sort())
    expect(easycom.attributes.every(({ type }) => type.length > 0)).toBe(true)
  })

  it('in HBuilderX, is known by the comment at the head of the script', () => {
    const [, comment = ''] = vue.match(/<script setup[^>]*>\n\/\*\*\n([\s\S]*?)\n \*\/\n/) ?? []
    const lines = (word: string) => [...comment.matchAll(new RegExp(`^ \\* @${word} \\{.+?\\} ([\\w:]+) (.*)$`, 'gm'))]
    expect(lines('property').map(([, name]) => kebab(name!)).sort()).toEqual(props)
    expect(lines('event').map(([, name]) => kebab(name!)).sort()).toEqual(events)
    expect(comment).toMatch(/^ \* @description .*[\u4E00-\u9FFF]/m)
    expect(comment).toContain(`@example <${tag}`)
  })

  it('in HBuilderX, is known from node_modules by what Vetur reads', () => {
    expect([...vetur.tags[tag]!.attributes].sort()).toEqual([...props, ...events].sort())
    expect(Object.keys(vetur.attributes).filter(name => name.startsWith(`${tag}/`)).map(name => name.slice(tag.length + 1)).sort()).toEqual([...props, ...events].sort())
  })

  it('is explained in Chinese', () => {
    const words = [web.description, ...[...web.props, ...web.slots, ...web.js.events].map(({ description }) => description), ...easycom.attributes.map(({ description }) => description.value), vetur.tags[tag]!.description]
    expect(words.filter(text => !CHINESE.test(text))).toEqual([])
  })
})

it('the button offers its sizes', () => {
  const sizes = ['default', 'mini', 'large']
  expect(vetur.attributes['vk-pay-button/size']!.options).toEqual(sizes)
  const { attributes } = readJson(join(plugin, 'components/vk-pay-button/vk-pay-button.easycom.json')) as Easycom
  expect(attributes.find(({ name }) => name === 'size')!.values!.map(({ name }) => name)).toEqual(sizes)
  expect(readFileSync(join(plugin, 'components/vk-pay-button/vk-pay-button.vue'), 'utf8')).toContain(' * @value mini\n')
})

it('the npm package leads to them', () => {
  const { version, vetur: paths, 'web-types': path, exports } = readJson(join(npm, 'package.json')) as { 'version': string, 'vetur': { tags: string, attributes: string }, 'web-types': string, 'exports': Record<string, { types?: string }> }
  expect([paths.tags, paths.attributes, path, exports['./global']!.types!].filter(file => !existsSync(join(npm, file)))).toEqual([])
  const packaged = readJson(join(npm, path)) as WebTypes
  expect([packaged.name, packaged.version]).toEqual(['vk-uni-pay', version])
  expect(packaged.contributions.html['vue-components'].filter(({ source }) => !existsSync(join(npm, dirname(path), source.file)))).toEqual([])
})

describe.each([['plugin', join(plugin, 'editor')], ['npm', join(npm, 'editor/npm')]] as const)('snippets for the %s', (installed, folder) => {
  const list = snippets(installed)
  const vscode = readJson(join(folder, 'vk-uni-pay.code-snippets')) as Record<string, { scope: string, prefix: string, body: string[], description: string }>
  const hbuilderx = readJson(join(folder, 'hbuilderx-snippets.json')) as Record<string, { scope?: string, project: string, prefix: string, body: string[], description: string }>

  it('are the same in both editors, and each of them can be called', () => {
    expect(new Set(list.map(({ prefix }) => prefix)).size).toBe(list.length)
    for (const { description, prefix, body } of list) {
      expect(vscode[description]).toMatchObject({ prefix, description, body: body.split('\n') })
      expect(hbuilderx[description]).toEqual({ project: 'uni-app', prefix, description, body: body.split('\n') })
      expect(vscode[description]!.scope).toMatch(/^[a-z]+(?:-[a-z]+)?(?:,[a-z]+(?:-[a-z]+)?)*$/)
      expect(prefix).toMatch(/^vkpay\w*$/)
      expect(description).toMatch(CHINESE)
    }
    expect([Object.keys(vscode).length, Object.keys(hbuilderx).length]).toEqual([list.length, list.length])
  })

  it('have placeholders that both editors read alike', () => {
    for (const { prefix, body } of list) {
      const holes = body.match(/\$(?:\{\d+:[^}]*\}|\d)/g) ?? []
      expect(holes.filter(hole => hole.includes('/') || hole.includes('|')), prefix).toEqual([])
      expect(body.split('$').length - 1, `${prefix}: a $ that is no placeholder`).toBe(holes.length)
      expect(/^ /m.test(body), `${prefix}: HBuilderX wants tabs`).toBe(false)
      expect(filledIn(body)).not.toContain('$')
    }
  })

  it('import from where the code is', () => {
    const from = list.flatMap(({ body }) => [...body.matchAll(/from '([^']*vk-uni-pay[^']*)'/g)].map(([, name]) => name!))
    expect(from.length).toBeGreaterThan(1)
    expect(from.every(name => installed === 'npm' ? name.startsWith('vk-uni-pay') : name.startsWith('@/uni_modules/vk-uni-pay/'))).toBe(true)
  })
})

describe('snippets of the cloud side', () => {
  function load(kind: string): Record<string, unknown> {
    const module = { exports: {} }
    // eslint-disable-next-line no-new-func -- a snippet of ours, as a cloud function would load it
    new Function('module', filledIn(snippets('plugin').find(one => one.kind === kind)!.body))(module)
    return module.exports
  }

  it('the handler sets its price and delivers', async () => {
    const { quote, main } = load('handler') as { quote: (event: object) => Promise<unknown>, main: (event: object) => Promise<unknown> }
    expect(await quote({ data: { vip_type: 'month', total_fee: 1 } })).toEqual({ total_fee: 1500 })
    expect(await quote({ data: { vip_type: 'nothing' } })).toMatchObject({ code: 40001 })
    const written: object[] = []
    const vk = { baseDao: { updateById: async (change: object) => void written.push(change) } }
    expect(await main({ data: { user_id: 'u1' }, util: { vk } })).toEqual({ code: 0, msg: 'ok' })
    expect(written).toEqual([{ dbName: 'uni-id-users', id: 'u1', dataJson: { is_vip: true } }])
  })

  it('the config has what WeChat Pay needs', () => {
    const { notifyUrl, notifyKey, wxpay } = load('config') as { notifyUrl: object, notifyKey: string, wxpay: Record<string, object> }
    expect(Object.values(notifyUrl)[0]).toMatch(/^https:.*\/vk-pay$/)
    expect(notifyKey).toBeTruthy()
    expect(Object.keys(wxpay['mp-weixin']!)).toEqual(['appId', 'secret', 'mchId', 'v3Key', 'appCertPath', 'appPrivateKeyPath', 'wxpayPublicKeyPath', 'wxpayPublicKeyId'])
  })
})
