import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme-without-fonts'
import FlowDiagram from './FlowDiagram.vue'
import PhoneDemo from './PhoneDemo.vue'
import './style.css'

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('PhoneDemo', PhoneDemo)
    app.component('FlowDiagram', FlowDiagram)
  },
} satisfies Theme
