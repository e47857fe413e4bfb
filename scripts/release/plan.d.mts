export const CHANGELOG: string
export const MARKET_LOG: string
export const RELEASE_FILES: string[]
export function planRelease(release: { version: string, date: string }, files: Record<string, string>): { files: Record<string, string>, notes: { en: string, zh: string } }
