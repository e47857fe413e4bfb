import { createSSRApp } from 'vue'
import { createVkPay } from '@/uni_modules/vk-uni-pay/js_sdk/index'
import App from './App.vue'
import { PAY_URL, USER_ID } from './shop/config'

export function createApp() {
  const app = createSSRApp(App)
  app.use(createVkPay({
    backend: PAY_URL,
    // an official account keeps the openid of its sign-in; elsewhere it is fetched or not needed
    defaults: () => ({ user_id: USER_ID, openid: uni.getStorageSync('openid') || undefined }),
  }))
  return { app }
}
