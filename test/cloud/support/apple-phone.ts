/** An iPhone with the merchant's app: the real client over HTTP, `uni` and the App Store played by the gateway. */
import { vi } from 'vitest'
import { compileFor } from '../../support/compile-for'
import { fakeUni } from '../../support/fake-uni'

/** As much of the client as is used here: its own types need the globals of a platform. */
interface VkPay {
  session: () => { readonly state: string, pay: (order: object) => Promise<PayResult>, dispose: () => void }
  install: () => void
}
interface PayResult { code: number, outcome: string, out_trade_no: string }
interface ClientModule { createVkPay: (options: object) => VkPay }

type Answer = (answer: unknown) => void
interface Call { success: Answer, fail: Answer }

export interface ApplePhone {
  /** The app started anew: what was in memory is gone, storage and store stay. */
  start: () => Promise<VkPay>
  /** What the payer does next with the App Store's sheet; anything the gateway's door takes. */
  sheet: Record<string, unknown>
  /** How the app's next requests to the server fail: by action. */
  broken: Set<string>
  /** Payments the app itself learnt of. */
  learnt: PayResult[]
  journal: () => string[]
  purchases: () => Promise<{ transactionId: string, finished: boolean, state: string, username?: string }[]>
}

async function post(url: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return await response.json() as Record<string, unknown>
}

export async function applePhone(gatewayUrl: string, serverUrl: string, device: string): Promise<ApplePhone> {
  const door = (name: string, body: object) => post(`${gatewayUrl}/gateway/client/appleiap/${name}`, { device, ...body })
  const { uni, kept } = fakeUni()
  const phone: ApplePhone = {
    sheet: {},
    broken: new Set(),
    learnt: [],
    async start() {
      const { createVkPay } = await compileFor<ClientModule>('app', 'client.ts')
      const client = createVkPay({ backend: serverUrl, provider: 'appleiap', onPaid: (result: PayResult) => phone.learnt.push(result) })
      client.install()
      return client
    },
    journal: () => Object.keys((kept.get('vk-pay-journal') ?? {}) as object),
    async purchases() {
      const { purchases } = await (await fetch(`${gatewayUrl}/gateway/apple/purchases`)).json() as { purchases: { device: string, transactionId: string, finished: boolean, state: string }[] }
      return purchases.filter(purchase => purchase.device === device)
    },
  }
  const channel = {
    id: 'appleiap',
    requestProduct: (ids: string[], success: Answer, fail: Answer) => void door('products', { ids }).then(({ products }) => success(products), fail),
    restoreCompletedTransactions: (options: object, success: Answer, fail: Answer) => void door('restore', { ...options, ...phone.sheet }).then(({ transactions }) => success(transactions), fail),
    finishTransaction: (transaction: object, success: Answer, fail: Answer) => void door('finish', transaction).then(success, fail),
  }
  Object.assign(uni, {
    getProvider: ({ success }: Call) => success({ providers: [channel] }),
    requestPayment: ({ success, fail, orderInfo }: Call & { orderInfo: object }) => void door('buy', { ...orderInfo, ...phone.sheet })
      .then(answer => answer.errMsg === 'requestPayment:ok' ? success(answer) : fail(answer)),
    request: ({ url, data, success, fail }: Call & { url: string, data: { action: string } }) => {
      if (phone.broken.has(data.action))
        return fail({ errMsg: 'request:fail offline' })
      void post(url, data).then(answer => success({ statusCode: 200, data: answer }), fail)
    },
  })
  vi.stubGlobal('uni', uni)
  return phone
}
