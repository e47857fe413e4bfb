// for pages in plain JavaScript; everything is in index.ts
export * from './index.ts'
export { default } from './index.ts'
