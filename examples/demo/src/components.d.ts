/** The demo's own tags, for `vue-tsc`; those of the plugin come with the plugin. */
import type DemoPage from './components/demo-page/demo-page.vue'

declare module 'vue' {
  export interface GlobalComponents {
    DemoPage: typeof DemoPage
  }
}
