// for pages in plain JavaScript; everything is in index
export * from './index'
export { default } from './index'
