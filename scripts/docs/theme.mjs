/** Theme variables, read out of the components themselves. */
import { readFileSync } from 'node:fs'
import { parse } from '@vue/compiler-sfc'
import { listFiles } from '../lib/files.mjs'
import { inRoot } from '../lib/root.mjs'

/** What each variable is for: has no place in a style sheet. */
const meanings = {
  '--vk-pay-primary': { zh: '主色：按钮、选中、成功', en: 'Main colour: buttons, what is chosen, success' },
  '--vk-pay-on-primary': { zh: '主色上的文字与图标', en: 'Text and icons on it' },
  '--vk-pay-text': { zh: '文字', en: 'Text' },
  '--vk-pay-muted': { zh: '次要文字', en: 'Text of less weight' },
  '--vk-pay-surface': { zh: '卡片、弹层、收银台页面的底色', en: 'Cards, sheets, the cashier page' },
  '--vk-pay-page': { zh: '状态页面的底色', en: 'The status page behind its card' },
  '--vk-pay-fill': { zh: '次要按钮、骨架屏', en: 'Second buttons, skeletons' },
  '--vk-pay-line': { zh: '描边与分隔线', en: 'Outlines and lines between' },
  '--vk-pay-warning': { zh: '未支付、已超时', en: 'Not paid, too late' },
  '--vk-pay-info': { zh: '正在确认', en: 'Being confirmed' },
  '--vk-pay-focus': { zh: '键盘焦点的外框（H5）', en: 'Ring of the keyboard\'s focus (H5)' },
  '--vk-pay-overlay': { zh: '弹层背后的遮罩', en: 'What darkens the page behind a sheet' },
  '--vk-pay-radius': { zh: '按钮与二维码的圆角', en: 'Corners of buttons and codes' },
  '--vk-pay-card-radius': { zh: '卡片与渠道列表的圆角', en: 'Corners of cards and of the list of channels' },
  '--vk-pay-font-scale': { zh: '字号倍数，大字号模式用', en: 'Factor of all font sizes, for large fonts' },
  '--vk-pay-z-index': { zh: '弹层的层级', en: 'Height of the sheets over the page' },
}

const USE = /var\((--vk-pay-[\w-]+)(?:, ((?:[^()]|\([^()]*\))+))?\)/g
const DARK = /@media \(prefers-color-scheme: dark\) \{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|[^{}]*--dark \{[^{}]*\}/g

/** `--_primary` → its value, in the light and in the dark. */
function paletteOf(css) {
  const values = text => Object.fromEntries([...text.matchAll(/(--_[\w-]+): ([^;]+);/g)].map(([, name, value]) => [name, value]))
  return { light: values(css.replace(DARK, '')), dark: (css.match(DARK) ?? []).map(values) }
}

/** Style sheets of what is drawn, by file. */
function styleSheets() {
  const files = ['components', 'uni_modules/vk-uni-pay/pages'].flatMap(folder => listFiles(inRoot(folder)).map(name => `${folder}/${name}`))
  return files.filter(file => /\.(?:vue|css)$/.test(file)).map((file) => {
    const text = readFileSync(inRoot(file), 'utf8')
    return [file, file.endsWith('.css') ? text : parse(text, { sourceMap: false }).descriptor.styles.map(({ content }) => content).join('\n')]
  })
}

/** Scripts and templates speak of some, too. */
function namesAnywhere() {
  const files = listFiles(inRoot('components')).map(name => `components/${name}`).concat('js_sdk/qr-sheet.ts')
  return [...new Set(files.flatMap(file => readFileSync(inRoot(file), 'utf8').match(/--vk-pay-[\w-]*\w/g) ?? []))]
}

const palette = () => paletteOf(readFileSync(inRoot('components/internal/palette.css'), 'utf8'))

/**
 * Each `--vk-pay-*` with its default in the light and in the dark.
 *
 * @throws Error naming what is used and explained nowhere, explained and used nowhere, has no default or two
 */
export function themeVariables() {
  const colours = palette()
  const found = new Map()
  const wrong = []
  function take(file, name, fallback, themes) {
    // the page's own colour
    if (fallback === 'inherit')
      return
    if (fallback === undefined)
      return wrong.push(`${file}: ${name} has no default`)
    const [, own] = fallback.match(/^var\((--_[\w-]+)\)$/) ?? []
    for (const theme of own ? ['light', 'dark'] : themes) {
      const value = !own ? fallback : theme === 'light' ? colours.light[own] : colours.dark[0][own] ?? colours.light[own]
      const known = found.get(name) ?? {}
      if (value === undefined || (known[theme] ?? value) !== value)
        wrong.push(`${file}: ${name} is ${value} in the ${theme}, and elsewhere ${known[theme]}`)
      found.set(name, { ...known, [theme]: value })
    }
  }
  for (const [file, css] of styleSheets()) {
    const own = paletteOf(css)
    for (const [theme, values] of [['light', own.light], ...own.dark.map(values => ['dark', values])]) {
      for (const [name, value] of Object.entries(values)) {
        const meant = theme === 'light' ? colours.light[name] : colours.dark[0][name]
        if (meant !== undefined && meant !== value)
          wrong.push(`${file}: ${name} is ${value} in the ${theme}, and ${meant} in the palette`)
      }
    }
    for (const [, name, fallback] of css.replace(DARK, '').matchAll(USE))
      take(file, name, fallback, css.match(DARK)?.some(dark => dark.includes(`var(${name}`)) ? ['light'] : ['light', 'dark'])
    for (const dark of css.match(DARK) ?? []) {
      for (const [, name, fallback] of dark.matchAll(USE))
        take(file, name, fallback, ['dark'])
    }
  }
  for (const name of namesAnywhere().filter(name => !found.has(name)))
    wrong.push(`${name} is in no style sheet`)
  wrong.push(...[...found.keys()].filter(name => !meanings[name]).map(name => `${name} is explained nowhere`))
  wrong.push(...Object.keys(meanings).filter(name => !found.has(name)).map(name => `${name} is explained, and used nowhere`))
  if (wrong.length > 0)
    throw new Error(`theme variables\n${wrong.map(line => `  ${line}`).join('\n')}`)
  return Object.entries(meanings).map(([name, meaning]) => ({ name, meaning, ...found.get(name) }))
}
