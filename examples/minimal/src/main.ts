import { createSSRApp } from 'vue'
import { createVkPay } from '@/uni_modules/vk-uni-pay/js_sdk'
import App from './App.vue'

export function createApp() {
  const app = createSSRApp(App)
  // the pay function: `examples/http-backend`. With a service space linked, `createVkPay()` is enough
  app.use(createVkPay({ backend: import.meta.env.VITE_VK_PAY_URL || 'http://127.0.0.1:8787/vk-pay' }))
  return { app }
}
