/** `?locale=en` of the address, before the hash. */
export const english = new URLSearchParams(location.search).get('locale') === 'en'

export const say = (zh: string, en: string): string => english ? en : zh
