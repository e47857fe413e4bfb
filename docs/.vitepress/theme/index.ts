import type { Theme } from 'vitepress'
import { h } from 'vue'
import DefaultTheme from 'vitepress/theme-without-fonts'
import FlowDiagram from './FlowDiagram.vue'
import PhoneDemo from './PhoneDemo.vue'
import StatePictures from './StatePictures.vue'
import './style.css'

export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, {
    'home-hero-image': () => h(PhoneDemo, { page: 'button', height: 520, bare: true }),
  }),
  enhanceApp({ app }) {
    app.component('PhoneDemo', PhoneDemo)
    app.component('FlowDiagram', FlowDiagram)
    app.component('StatePictures', StatePictures)
  },
} satisfies Theme
