/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Address of the pay function. @default `/vk-pay` in browsers */
  readonly VITE_VK_PAY_URL?: string
  /** Address of the local gateway, for the demo's link to its cashier. @default what `/demo/config` says */
  readonly VITE_GATEWAY_URL?: string
}
