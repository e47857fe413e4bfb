/** An App Store in memory: sells, writes receipts, and says of them what Apple's `verifyReceipt` would. */
import { Buffer } from 'node:buffer'
import type { PayConfig } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config'
import type { HttpPort, HttpRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { Shop, ShopOptions } from '../support/shop'
import { configOf, goodsOrder, openShop } from '../support/shop'

export const bundleId = 'com.example.shop'
export const password = '0123456789abcdef0123456789abcdef'
export const productid = 'vip.month'

export type AppleEnvironment = 'Production' | 'Sandbox'

export interface Item extends Record<string, unknown> {
  transaction_id: string
  original_transaction_id: string
  product_id: string
  quantity: string
  purchase_date_ms: string
  original_purchase_date_ms: string
}

interface Receipt {
  environment: AppleEnvironment
  bundle_id: string
  receipt_creation_date_ms: string
  in_app: Item[]
  latest_receipt_info?: Item[]
}

export class AppStore {
  readonly calls: { url: string, body: Record<string, unknown> }[] = []
  /** Answers in place of the receipt's own, as long as there are any. */
  readonly answers: (number | Record<string, unknown> | Error)[] = []
  private readonly receipts = new Map<string, Receipt>()
  private sold = 0

  constructor(private readonly now: () => number) {}

  /** The payer buys; the purchase stays open until the app finishes it. */
  buy(over: Partial<Item> = {}): Item {
    this.sold += 1
    const id = String(2_000_000_000_000_000 + this.sold)
    const at = String(this.now())
    return { transaction_id: id, original_transaction_id: id, product_id: productid, quantity: '1', purchase_date_ms: at, original_purchase_date_ms: at, ...over }
  }

  /** What the device sends. */
  receipt(in_app: Item[], over: Partial<Receipt> = {}): string {
    const text = Buffer.from(`receipt ${this.receipts.size + 1} of the app`).toString('base64')
    this.receipts.set(text, { environment: 'Production', bundle_id: bundleId, receipt_creation_date_ms: String(this.now()), in_app, ...over })
    return text
  }

  readonly http: HttpPort = async (request: HttpRequest) => {
    const body = JSON.parse(request.body ?? '{}') as Record<string, unknown>
    this.calls.push({ url: request.url, body })
    const next = this.answers.shift()
    if (next instanceof Error)
      throw next
    const environment = request.url.startsWith('https://sandbox.') ? 'Sandbox' : 'Production'
    const answer = typeof next === 'number' ? { status: next } : next ?? this.verify(String(body['receipt-data']), environment)
    return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(answer)) }
  }

  private verify(text: string, asked: AppleEnvironment): Record<string, unknown> {
    const known = this.receipts.get(text)
    if (!known)
      return { status: 21003 }
    const { environment, latest_receipt_info, ...receipt } = known
    if (environment !== asked)
      return { status: environment === 'Sandbox' ? 21007 : 21008 }
    return { status: 0, environment, receipt, ...(latest_receipt_info ? { latest_receipt_info } : {}) }
  }
}

export interface AppleShop extends Shop { apple: AppStore }

export interface AppleShopOptions extends Omit<ShopOptions, 'config' | 'http'> {
  /** Over the section `appleiap.app-plus`. */
  section?: Record<string, unknown>
  /** Over the whole config. */
  general?: Partial<PayConfig>
}

export async function openAppleShop({ section = {}, general = {}, ...rest }: AppleShopOptions = {}): Promise<AppleShop> {
  const held: { apple?: AppStore, shop?: Shop } = {}
  const config = { ...configOf(), appleiap: { 'app-plus': { password, bundleId, ...section } }, ...general }
  const http: HttpPort = request => request.url.includes('itunes.apple.com') ? held.apple!.http(request) : held.shop!.wechat.http(request)
  const shop = await openShop({ config, http, ...rest })
  held.shop = shop
  held.apple = new AppStore(() => shop.clock.now)
  return { ...shop, apple: held.apple }
}

export function appleOrder(over: Record<string, unknown> = {}): Record<string, unknown> {
  return goodsOrder({ provider: 'appleiap', vk_platform: 'app-plus', openid: undefined, productid, ...over })
}

export async function created(shop: AppleShop, over: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const answer = await shop.pay.createPayment({ data: appleOrder(over) })
  if (answer.code !== 0)
    throw new Error(answer.msg)
  return answer.orderInfo as Record<string, unknown>
}

export const number = 'ORDER_1001'

/** What the client's provider sends for a purchase. */
export function report(item: Item, receipt_data: string, over: Record<string, unknown> = {}): Record<string, unknown> {
  return { out_trade_no: number, productid: item.product_id, transaction_id: item.transaction_id, receipt_data, ...over }
}
