export * from '../../../scripts/lib/browser.mjs'
