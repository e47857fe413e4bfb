import type { Browser } from 'playwright-core'

export interface BrowserPlan {
  executablePath: string
  args: string[]
}

export function findBrowser(): Promise<BrowserPlan>
export function launchBrowser(): Promise<Browser>
