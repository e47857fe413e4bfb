/** The pages, in their order: one table for both languages, so that neither can lack one. */
export type Page = readonly [path: string, zh: string, en: string]
export interface Section { zh: string, en: string, pages: readonly Page[] }

export const sections: readonly Section[] = [
  {
    zh: '快速上手',
    en: 'Quick start',
    pages: [
      ['guide/', '先选路线', 'Pick a route'],
      ['guide/unicloud', '用 uniCloud，放一个按钮', 'uniCloud and a button'],
      ['guide/cashier', '自己画收银台', 'A cashier of your own'],
      ['guide/node', '自己的服务器', 'A server of your own'],
      ['guide/truth', '结果从哪里来', 'Where results come from'],
      ['guide/editors', '编辑器', 'Editors'],
    ],
  },
  {
    zh: '组件',
    en: 'Components',
    pages: [
      ['components/button', 'vk-pay-button 支付按钮', 'vk-pay-button'],
      ['components/cashier', 'vk-pay-cashier 收银台弹层', 'vk-pay-cashier'],
      ['components/channels', 'vk-pay-channels 内嵌收银台', 'vk-pay-channels'],
      ['components/qrcode', 'vk-pay-qrcode 二维码', 'vk-pay-qrcode'],
      ['components/status', 'vk-pay-status 状态页', 'vk-pay-status'],
      ['components/vk-uni-pay', 'vk-uni-pay 兼容 1.x', 'vk-uni-pay, of 1.x'],
      ['components/theme', '主题、语言与无障碍', 'Theme, language, accessibility'],
      ['components/pictures', '各种状态的样子', 'Every state, in pictures'],
    ],
  },
  {
    zh: '组合式函数与客户端',
    en: 'Composables and client',
    pages: [
      ['composables/use-payment', 'usePayment', 'usePayment'],
      ['composables/use-payment-status', 'usePaymentStatus', 'usePaymentStatus'],
      ['composables/use-channels', 'useChannels', 'useChannels'],
      ['composables/use-payment-store', 'usePaymentStore', 'usePaymentStore'],
      ['composables/use-countdown', 'useCountdown', 'useCountdown'],
      ['composables/client', 'createVkPay 与 vkPay', 'createVkPay and vkPay'],
      ['composables/types', '订单、结果与其他类型', 'Orders, results and other types'],
    ],
  },
  {
    zh: '云端',
    en: 'Server',
    pages: [
      ['cloud/setup', '从空的服务空间开始', 'From an empty service space'],
      ['cloud/wechat', '微信支付：到第一笔真实付款', 'WeChat Pay: to the first real payment'],
      ['cloud/alipay', '支付宝：到第一笔真实付款', 'Alipay: to the first real payment'],
      ['cloud/handlers', '处理文件、定价与幂等', 'Handlers, prices, idempotency'],
      ['cloud/reconcile', '对账', 'Reconciliation'],
      ['cloud/money', '退款、转账、付款码', 'Refunds, transfers, payment codes'],
      ['cloud/remote', '转给别的函数或服务器', 'Remote handlers'],
      ['cloud/merchants', '多商户', 'Several merchants'],
      ['cloud/security', '安全清单', 'Security checklist'],
      ['cloud/testing', '用本地网关测试', 'Testing with the gateway'],
      ['cloud/operations', '运维', 'Operations'],
    ],
  },
  {
    zh: '参考',
    en: 'Reference',
    pages: [
      ['reference/matrix', '渠道与平台', 'Channels and platforms'],
      ['reference/flow', '状态机', 'State machine'],
      ['reference/outcomes', '收银台结果表', 'Outcome table'],
      ['reference/errors', '错误码', 'Error codes'],
      ['reference/config', '支付配置', 'Payment config'],
      ['reference/api', '云端函数与接口', 'Server functions and actions'],
      ['performance', '性能', 'Performance'],
      ['performance-cloud', '性能：云端', 'Performance of the server'],
    ],
  },
  {
    zh: '迁移',
    en: 'Moving here',
    pages: [
      ['migrate/vk-uni-pay-1', '从 vk-uni-pay 1.x', 'From vk-uni-pay 1.x'],
      ['migrate/uni-pay-2', '从 DCloud uni-pay 2', 'From DCloud uni-pay 2'],
      ['migrate/hand-written', '从手写的支付代码', 'From hand-written code'],
    ],
  },
  {
    zh: '遇到问题',
    en: 'When it does not work',
    pages: [
      ['troubleshooting', '按症状排查', 'Troubleshooting by symptom'],
      ['faq', '常见问题', 'FAQ'],
    ],
  },
]
