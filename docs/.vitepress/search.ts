import type { DefaultTheme } from 'vitepress'

/**
 * Words of a text, for index and query. It travels to the browser as its own source, so it may use
 * nothing from outside. Chinese has no spaces: `Intl.Segmenter` knows its words; where it is missing,
 * each character stands for itself. Names such as `vk-pay-button` and `user_order_success` are found
 * whole and by their parts.
 */
function tokenize(text: string): string[] {
  const words: string[] = []
  const segmenter = typeof Intl.Segmenter === 'function' ? new Intl.Segmenter('zh-Hans', { granularity: 'word' }) : undefined
  for (const [run] of text.matchAll(/[\w\-.]*\w|[\u3400-\u9FFF]+/g)) {
    if (/[\u3400-\u9FFF]/.test(run)) {
      for (const { segment } of segmenter ? segmenter.segment(run) : [...run].map(segment => ({ segment })))
        words.push(segment)
    }
    else {
      words.push(run)
      const parts = run.replace(/([a-z])([A-Z])/g, '$1 $2').split(/[\s\-_.]+/).filter(Boolean)
      if (parts.length > 1)
        words.push(...parts)
    }
  }
  return words
}

const zh: DefaultTheme.LocalSearchOptions['translations'] = {
  button: { buttonText: '搜索', buttonAriaLabel: '搜索文档' },
  modal: {
    displayDetails: '显示详细列表',
    resetButtonTitle: '清除查询',
    backButtonTitle: '关闭搜索',
    noResultsText: '没有找到',
    footer: { selectText: '选择', navigateText: '切换', closeText: '关闭' },
  },
}

export const search: { provider: 'local', options: DefaultTheme.LocalSearchOptions } = {
  provider: 'local',
  options: {
    miniSearch: {
      options: { tokenize },
      searchOptions: { combineWith: 'AND', prefix: true, fuzzy: 0.15, boost: { title: 4, text: 2, titles: 1 } },
    },
    locales: { root: { translations: zh } },
  },
}
