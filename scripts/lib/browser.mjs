import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { chromium } from 'playwright-core'

/** Where Chrome, Chromium and Edge live when they are installed. */
function installedBrowsers() {
  const { LOCALAPPDATA = '', PROGRAMFILES = '', 'PROGRAMFILES(X86)': PROGRAMFILES_X86 = '' } = process.env
  switch (process.platform) {
    case 'darwin':
      return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(name => `/Applications/${name}.app/Contents/MacOS/${name}`)
    case 'win32':
      return [LOCALAPPDATA, PROGRAMFILES, PROGRAMFILES_X86].filter(Boolean).flatMap(root => [join(root, 'Google/Chrome/Application/chrome.exe'), join(root, 'Microsoft/Edge/Application/msedge.exe')])
    default:
      return (process.env.PATH ?? '').split(':').flatMap(folder => ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'].map(name => join(folder, name)))
  }
}

/**
 * The browser to test in: `CHROME_PATH`, else an installed Chrome, Chromium or Edge, else, on Linux,
 * the one inside `@sparticuz/chromium`.
 *
 * @throws Error that says what to install
 */
export async function findBrowser() {
  const chosen = process.env.CHROME_PATH
  if (chosen) {
    if (!existsSync(chosen))
      throw new Error(`CHROME_PATH names ${chosen}, where there is no browser. Name the program itself, or unset it.`)
    return { executablePath: chosen, args: [] }
  }
  const installed = installedBrowsers().find(path => existsSync(path))
  if (installed)
    return { executablePath: installed, args: [] }
  if (process.platform === 'linux') {
    const { default: packed } = await import('@sparticuz/chromium')
    return { executablePath: await packed.executablePath(), args: [] }
  }
  throw new Error('The browser tests need a browser: install Google Chrome, Chromium or Microsoft Edge, or set CHROME_PATH to one.')
}

/** Starts it without its own traffic: no update, no sync, no look-ups. */
export async function launchBrowser() {
  const { executablePath, args } = await findBrowser()
  return chromium.launch({
    executablePath,
    args: [...args, '--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  })
}
