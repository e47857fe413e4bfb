/** The tags, for editors and `vue-tsc`: easycom finds them at build time, and this file tells TypeScript. */
import type { DefineComponent } from 'vue'
import type UniLoading from '../components/uni-loading/uni-loading.vue'
import type VkPayButton from '../components/vk-pay-button/vk-pay-button.vue'
import type VkPayCashier from '../components/vk-pay-cashier/vk-pay-cashier.vue'
import type VkPayChannels from '../components/vk-pay-channels/vk-pay-channels.vue'
import type VkPayQrcode from '../components/vk-pay-qrcode/vk-pay-qrcode.vue'
import type VkPayStatus from '../components/vk-pay-status/vk-pay-status.vue'
import type VkUniPay from '../components/vk-uni-pay/vk-uni-pay.vue'

/** uni-popup of uni-ui, as far as the cashier uses it. */
type UniPopup = DefineComponent<{ type?: string, safeArea?: boolean, maskBackgroundColor?: string, onChange?: (change: { show: boolean }) => void }>

declare module 'vue' {
  export interface GlobalComponents {
    UniLoading: typeof UniLoading
    UniPopup: UniPopup
    VkPayButton: typeof VkPayButton
    VkPayCashier: typeof VkPayCashier
    VkPayChannels: typeof VkPayChannels
    VkPayQrcode: typeof VkPayQrcode
    VkPayStatus: typeof VkPayStatus
    VkUniPay: typeof VkUniPay
  }
}

export {}
