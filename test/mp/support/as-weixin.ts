import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

type Rewrite = (template: string, components: readonly string[]) => string

/** Other mini-programs' templates and styles are close to WeChat's, which the simulator can draw. */
const rewrites: Record<string, Rewrite> = {
  'mp-toutiao': template => withFallbacks(template.replaceAll(/\btt:/g, 'wx:')),
  'mp-alipay': (template, components) => `<block wx:if="{{$drawn}}">${withFallbacks(template
    .replaceAll(/\ba:(?=if|elif|else|for|key)/g, 'wx:')
    .replaceAll(/<([\w-]+)(\s[^>]*?)?(\/?)>/g, (_, tag: string, attributes: string = '', end: string) => `<${tag}${(components.includes(tag) ? ofComponent : ofTag)(attributes)}${end}>`))}</block>`,
}

/**
 * Copies the compiled app at `root` into the repository's `.tmp`, in WeChat's form.
 *
 * @param root folder with app.json
 * @param platform whose app it is
 * @returns the new folder
 */
export function asWeixin(root: string, platform: 'mp-toutiao' | 'mp-alipay'): string {
  const target = join(import.meta.dirname, '../../../.tmp', `${platform}-as-weixin`)
  rmSync(target, { recursive: true, force: true })
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true }).filter(one => one.isFile())) {
    const from = join(entry.parentPath, entry.name)
    const to = join(target, relative(root, from)).replace(/\.(?:tt|a(?:x(?=ml)|c(?=ss)))(ml|ss)$/, '.wx$1')
    mkdirSync(dirname(to), { recursive: true })
    if (to.endsWith('.wxml'))
      writeFileSync(to, rewrites[platform]!(readFileSync(from, 'utf8'), componentsOf(from)))
    else
      copyFileSync(from, to)
  }
  // the output is CommonJS, whatever the repository is
  writeFileSync(join(target, 'package.json'), '{}')
  return target
}

function componentsOf(template: string): string[] {
  const json = template.replace(/\.\w+$/, '.json')
  const { usingComponents = {} } = existsSync(json) ? JSON.parse(readFileSync(json, 'utf8')) as { usingComponents?: object } : {}
  return Object.keys(usingComponents)
}

/** What stands inside of a `<slot>` is drawn where nothing was given for it. WeChat has no such thing; there uni-app writes it out like this. */
function withFallbacks(template: string): string {
  return template.replaceAll(/<slot((?:\s[^>]*?)?[^/>])?>(.*?)<\/slot>/gs, (slot, attributes: string = '', inner: string) => {
    if (!inner)
      return slot
    const [when = ''] = /\swx:(?:if|elif|else)(?:="[^"]*")?/.exec(attributes) ?? []
    const name = /\sname="([^"]*)"/.exec(attributes)?.[1] ?? 'd'
    return `<block${when}><slot wx:if="{{$slots.${name}}}"${attributes.replace(when, '')}/><block wx:else>${inner}</block></block>`
  })
}

/** Events of a tag: `onTap` is `bindtap`. A `ref` of a tag is nothing to a mini-program. */
function ofTag(attributes: string): string {
  return attributes
    .replaceAll(/\s(on|catch)([A-Z]\w*)=/g, (_, kind: string, event: string) => ` ${kind === 'on' ? 'bind' : 'catch'}${event.toLowerCase()}=`)
    .replaceAll(/\sref="[^"]*"/g, '')
}

/** A component of Alipay is given functions, by the names of its parent's methods: they become properties. */
function ofComponent(attributes: string): string {
  return attributes
    .replaceAll(/\son[A-Z]\w*=/g, given => given.replaceAll(/[A-Z]/g, big => `-${big.toLowerCase()}`))
    .replaceAll(/\sref=/g, ' on-ref=')
    // the simulator's templates pass no functions, which this is: its place in the parent's data instead
    .replaceAll(/\su-r="\{\{(\w+)\}\}"/g, ' u-r="$1"')
}
