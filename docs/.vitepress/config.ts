import process from 'node:process'
import type { DefaultTheme } from 'vitepress'
import { defineConfig } from 'vitepress'
import { sections } from './pages'
import { search } from './search'

type Language = 'zh' | 'en'
const roots = { zh: '/', en: '/en/' } as const

function sidebar(language: Language): DefaultTheme.SidebarItem[] {
  return sections.map(({ pages, ...title }) => ({
    text: title[language],
    items: pages.map(([path, zh, en]) => ({ text: { zh, en }[language], link: roots[language] + path })),
  }))
}

function nav(language: Language): DefaultTheme.NavItem[] {
  const link = (text: { zh: string, en: string }, path: string) => ({
    text: text[language],
    link: roots[language] + path,
    activeMatch: `^${roots[language]}${path.split('/')[0]}/`,
  })
  return [
    link({ zh: '快速上手', en: 'Quick start' }, 'guide/'),
    link({ zh: '组件', en: 'Components' }, 'components/button'),
    link({ zh: '云端', en: 'Server' }, 'cloud/setup'),
    link({ zh: '参考', en: 'Reference' }, 'reference/matrix'),
  ]
}

export default defineConfig({
  title: 'vk-uni-pay',
  base: process.env.DOCS_BASE ?? '/',
  srcExclude: ['.generated/**'],
  lastUpdated: false,
  markdown: {
    // the usual pair falls short of 4.5 : 1 on the grey of our blocks
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config(markdown) {
      // a table as wide as its text, in a box that scrolls
      markdown.renderer.rules.table_open = () => '<div class="table-scroll"><table tabindex="0">\n'
      markdown.renderer.rules.table_close = () => '</table></div>\n'
      // a block says which file it is, outside of code groups, too
      const fence = markdown.renderer.rules.fence!
      markdown.renderer.rules.fence = (tokens, index, ...rest) => {
        const [, name] = tokens[index]?.info.match(/\[([^\]]+)\]/) ?? []
        return `${name ? `<div class="file-name">${name}</div>` : ''}${fence(tokens, index, ...rest)}`
      }
    },
  },
  head: [
    ['meta', { name: 'theme-color', content: '#07843f' }],
    // nothing to fetch: the mark is a few bytes
    ['link', { rel: 'icon', href: 'data:image/svg+xml,<svg xmlns=\'http://www.w3.org/2000/svg\' viewBox=\'0 0 32 32\'><rect width=\'32\' height=\'32\' rx=\'8\' fill=\'%2307843f\'/><path d=\'M8 9l8 14 8-14\' fill=\'none\' stroke=\'%23fff\' stroke-width=\'4\' stroke-linecap=\'round\' stroke-linejoin=\'round\'/></svg>' }],
  ],
  locales: {
    root: {
      label: '简体中文',
      lang: 'zh-Hans',
      description: 'uni-app 支付组件与云端：按钮、收银台、状态页、回调、对账',
      themeConfig: {
        nav: nav('zh'),
        sidebar: sidebar('zh'),
        outline: { label: '本页', level: [2, 3] },
        docFooter: { prev: '上一页', next: '下一页' },
        returnToTopLabel: '回到顶部',
        sidebarMenuLabel: '目录',
        darkModeSwitchLabel: '外观',
        lightModeSwitchTitle: '切换到浅色',
        darkModeSwitchTitle: '切换到深色',
        langMenuLabel: '语言',
        skipToContentLabel: '跳到正文',
        notFound: { title: '没有这一页', quote: '地址可能写错了，或这一页已经改名。', linkText: '回首页', linkLabel: '回首页' },
      },
    },
    en: {
      label: 'English',
      lang: 'en',
      description: 'Payment for uni-app: button, cashier, status page, and the server behind them',
      themeConfig: { nav: nav('en'), sidebar: sidebar('en'), outline: { level: [2, 3] } },
    },
  },
  themeConfig: { search, outline: { level: [2, 3] } },
  vite: {
    server: { host: '127.0.0.1' },
    build: { chunkSizeWarningLimit: 2000 },
  },
})
