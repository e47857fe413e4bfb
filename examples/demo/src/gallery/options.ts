/** A client for one picture: its server knows one order, and nothing is kept. */
import type { VkPayOptions } from '@/uni_modules/vk-uni-pay/js_sdk/index'
import { NEVER, offered, scene, sceneOrder } from './scene'

function create() {
  return {
    code: 0,
    msg: '',
    out_trade_no: sceneOrder.out_trade_no,
    total_fee: sceneOrder.total_fee,
    orderInfo: { code_url: 'weixin://wxpay/bizpayurl?pr=picture0001', expires_at: sceneOrder.time_expire },
  }
}

function list() {
  const ids = offered()
  return ids === NEVER ? NEVER : { code: 0, msg: '', providers: ids.map(provider => ({ provider })) }
}

const answers: Record<string, () => object | typeof NEVER | undefined> = {
  'pay/createPayment': create,
  'pay/listProviders': list,
  'pay/queryPayment': () => scene?.known,
}

const never = () => new Promise<never>(() => {})

/** Asked once is enough for a picture. */
const MINUTE_MS = 60_000

export function sceneOptions(): VkPayOptions {
  const kept = new Map<string, unknown>()
  return {
    backend: {
      async call<T>(action: string) {
        const answer = answers[action]?.() ?? NEVER
        return answer === NEVER ? never() : answer as T
      },
    },
    storage: { get: key => kept.get(key), set: (key, value) => void kept.set(key, value) },
    poll: () => MINUTE_MS,
  }
}
