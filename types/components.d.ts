/** The tags, for editors and `vue-tsc`: easycom finds them at build time, and this file tells TypeScript. */
import type UniLoading from '../components/uni-loading/uni-loading.vue'
import type VkPayButton from '../components/vk-pay-button/vk-pay-button.vue'
import type VkPayQrcode from '../components/vk-pay-qrcode/vk-pay-qrcode.vue'
import type VkPayStatus from '../components/vk-pay-status/vk-pay-status.vue'

declare module 'vue' {
  export interface GlobalComponents {
    UniLoading: typeof UniLoading
    VkPayButton: typeof VkPayButton
    VkPayQrcode: typeof VkPayQrcode
    VkPayStatus: typeof VkPayStatus
  }
}

export {}
