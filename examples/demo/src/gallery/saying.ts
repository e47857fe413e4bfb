/** The language of the moment: pictures are taken in all of them, one after the other. */
export function saying(hans: string, hant: string, en: string): string {
  const locale = uni.getLocale()
  return locale.startsWith('en') ? en : locale === 'zh-Hant' ? hant : hans
}
