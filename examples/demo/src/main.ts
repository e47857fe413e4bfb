import * as Pinia from 'pinia'
import { createSSRApp } from 'vue'
import { createVkPay } from '@/uni_modules/vk-uni-pay/js_sdk/index'
import App from './App.vue'
import { demoChannels } from './demo/cashier'
import { backend } from './demo/server'
import { english } from './demo/words'
import { sceneOptions } from './gallery/options'
import { scene } from './gallery/scene'

/** Nobody wants to wait a minute in a demo. */
const LONGEST_MS = 8000

export function createApp() {
  const app = createSSRApp(App)
  app.use(Pinia.createPinia())
  app.use(createVkPay(scene
    ? sceneOptions()
    : {
        backend,
        providers: demoChannels,
        locale: english ? 'en' : 'zh-Hans',
        poll: (_attempt, elapsedMs) => elapsedMs < LONGEST_MS ? 1000 : 'stop',
        requestTimeoutMs: 2000,
      }))
  return { app, Pinia }
}
