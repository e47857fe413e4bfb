/** What was measured and kept in `docs/.vitepress/performance`, as tables and pictures. */
import { readJson } from '../lib/files.mjs'
import { inRoot } from '../lib/root.mjs'
import { modulesOf } from '../size/modules.mjs'
import { sizeTable } from '../size/tables.mjs'
import { code, table } from './markdown.mjs'
import { scatter } from './scatter.mjs'

const pick = (language, [zh, en]) => language === 'zh' ? zh : en
const kept = name => readJson(inRoot('docs/.vitepress/performance', `${name}.json`))

function measuredOn(language, { date, machine, node }) {
  return language === 'zh' ? `测于 ${date}，${machine}，Node ${node}。` : `Measured on ${date}, ${machine}, Node ${node}.`
}

export function sizePage(language) {
  const found = kept('size')
  return [
    sizeTable(found, language),
    language === 'zh' ? '关联了服务空间，与一个自己也调用 `uniCloud` 的空应用相比：' : 'With a linked service space, over an empty app that calls `uniCloud` itself:',
    sizeTable(found, language, true),
    measuredOn(language, found),
  ]
}

/** Modules that take less than this are one row. */
const SMALL = 300

/** Of the sources as they are, not of what was kept. */
export async function modulesPage(language) {
  const { bytes, modules } = await modulesOf('mp-weixin', 'button')
  const large = modules.filter(([, taken]) => taken >= SMALL)
  const rest = bytes - large.reduce((sum, [, taken]) => sum + taken, 0)
  return [table(
    { zh: ['引擎的模块，mp-weixin 的按钮', '字节'], en: ['module of the engine, button on mp-weixin', 'bytes'] }[language],
    [
      ...large.map(([file, taken]) => [code(file), taken]),
      [pick(language, [`其余 ${modules.length - large.length} 个，每个不到 ${SMALL}`, `${modules.length - large.length} more, below ${SMALL} each`]), rest],
      [pick(language, ['合计', 'all of it']), bytes],
    ],
  )]
}

const strategies = {
  'ours': ['我们的节奏', 'our schedule'],
  'unheld': ['我们的节奏，服务端不拿住提问', 'ours, server does not hold'],
  'fixed-1500': ['1.5 秒 × 120，先问一次', '1.5 s × 120, at once first'],
  'fixed-2000': ['2 秒 × 30，先问一次', '2 s × 30, at once first'],
  'hand-1500': ['1.5 秒 × 120，手写', '1.5 s × 120, by hand'],
  'hand-2000': ['2 秒 × 30，手写', '2 s × 30, by hand'],
  'waiting': ['只问一次，服务端等 20 秒', 'one question, held for 20 s'],
}
const worlds = {
  true: ['服务端被问到时去问渠道（我们的服务端）', 'The server asks the channel when it is asked, as ours does'],
  false: ['服务端只等通知', 'The server only waits for notifications'],
}
const seconds = ms => (ms / 1000).toFixed(2)

export function confirmingPage(language) {
  const found = kept('confirming')
  const head = {
    zh: ['策略', '平均，秒', 'p95，秒', '每笔查询', '每笔问渠道', '每笔被拿住，秒', '说错', '没说', '“未知”'],
    en: ['strategy', 'mean, s', 'p95, s', 'queries per payment', 'to the channel', 'held, s', 'told wrong', 'told nothing', 'told "not known yet"'],
  }[language]
  const axes = { zh: ['每笔支付的查询次数', '秒，到告知为止：点为平均，横线为 p95'], en: ['queries per payment', 'seconds until told: dot mean, bar p95'] }[language]
  return [
    ...found.worlds.flatMap(({ asksChannel, rows }) => [
      `**${pick(language, worlds[asksChannel])}**`,
      scatter({
        label: pick(language, worlds[asksChannel]),
        axes,
        points: rows.map(row => ({ name: pick(language, strategies[row.id]), x: row.queries, y: row.meanMs / 1000, top: row.p95Ms / 1000, ours: row.id === 'ours' })),
      }),
      table(head, rows.map(row => [
        `<span class="whole">${pick(language, strategies[row.id])}</span>`,
        seconds(row.meanMs),
        seconds(row.p95Ms),
        row.queries.toFixed(2),
        row.upstream.toFixed(2),
        seconds(row.heldMs),
        row.wrong,
        row.never,
        row.pending,
      ])),
    ]),
    language === 'zh'
      ? `每种策略 ${found.count.toLocaleString('en')} 笔相同的支付，种子 ${found.seed}；最后三列是每十万笔。${measuredOn(language, found)}`
      : `The same ${found.count.toLocaleString('en')} payments for each strategy, seed ${found.seed}; the last three columns are per 100,000. ${measuredOn(language, found)}`,
  ]
}

const places = {
  'mp-weixin, tap': ['mp-weixin，编译后的小程序：从点击到 `wx.requestPayment`', 'mp-weixin, compiled: from the tap to `wx.requestPayment`'],
  'mp-weixin, status page': ['mp-weixin：打开状态页到显示“支付成功”', 'mp-weixin: opening the status page until it says paid'],
  'h5, tap': ['H5，Chromium，处理器放慢 4 倍：从点击到 `WeixinJSBridge.invoke`', 'H5, Chromium, processor slowed down 4 times: from the tap to `WeixinJSBridge.invoke`'],
  'h5, status page': ['H5：打开状态页到显示“支付成功”', 'H5: opening the status page until it says paid'],
}
const figures = {
  'own ms, tap → requestPayment': '自己的毫秒数，点击 → requestPayment',
  'setData, tap → open cashier': 'setData 次数，点击 → 收银台打开',
  'bytes, tap → open cashier': 'setData 字节，点击 → 收银台打开',
  'setData, first drawing': 'setData 次数，首次绘制',
  'bytes, first drawing': 'setData 字节，首次绘制',
  'ms, in the simulator': '毫秒，含模拟器绘制',
  'own ms': '毫秒，不含模拟器绘制',
  'setData': 'setData 次数',
  'bytes': 'setData 字节',
  'own ms, not slowed down': '自己的毫秒数，处理器不放慢',
  'own ms, tap → bridge': '自己的毫秒数，点击 → 桥',
  'script ms, 200 ms on': '点击后 200 毫秒内的脚本毫秒数',
  'layouts': '布局次数',
  'redraws': '组件重绘次数',
  'long tasks': '长任务（≥ 50 毫秒）',
  'first drawn, ms': '首次绘制，毫秒，自导航起',
  'truth drawn, ms': '显示结果，毫秒，自导航起',
  'longest, ms': '最长的任务，毫秒',
}

export function tapPage(language) {
  const found = kept('tap')
  return [
    ...Object.entries(found.places).flatMap(([place, pages]) => {
      const columns = Object.keys(pages)
      const ratio = columns.length === 2
      return [
        `**${pick(language, places[place])}**`,
        table(
          ['', ...columns.map(name => name === 'by hand' ? pick(language, ['手写的最小页面', 'thinnest page by hand']) : code(name)), ...ratio ? [pick(language, ['比值', 'ratio'])] : []],
          Object.keys(pages[columns[0]]).map((figure) => {
            if (!figures[figure])
              throw new Error(`scripts/docs/performance-pages.mjs: "${figure}" has no Chinese`)
            const values = columns.map(name => pages[name][figure])
            return [pick(language, [figures[figure], figure]), ...values, ...ratio ? [values[1] ? (values[0] / values[1]).toFixed(1) : '–'] : []]
          }),
        ),
      ]
    }),
    `${pick(language, ['各次运行的中位数。', 'Medians of several runs. '])}${measuredOn(language, found)}`,
  ]
}

/** What `npm run bench:cloud -- <table>` printed, as it was. */
export function cloudPage(language, name) {
  const { lines, ...found } = kept(`cloud-${name}`)
  return [`\`\`\`text\n${lines.join('\n')}\n\`\`\``, measuredOn(language, { ...found, machine: `${found.machine}, ${found.memory}` })]
}
