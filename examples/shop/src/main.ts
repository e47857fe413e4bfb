import { createSSRApp } from 'vue'
import { createVkPay } from '@/uni_modules/vk-uni-pay/js_sdk/index'
import App from './App.vue'
import { PAY_URL, USER_ID } from './shop/config'

export function createApp() {
  const app = createSSRApp(App)
  app.use(createVkPay({
    backend: PAY_URL,
    defaults: { user_id: USER_ID },
  }))
  return { app }
}
