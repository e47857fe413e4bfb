/** The shop's own tags, for `vue-tsc`; those of the plugin come with the plugin. */
import type DemoBar from './components/demo-bar/demo-bar.vue'
import type PriceTag from './components/price-tag/price-tag.vue'

declare module 'vue' {
  export interface GlobalComponents {
    DemoBar: typeof DemoBar
    PriceTag: typeof PriceTag
  }
}
