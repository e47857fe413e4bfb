import type { ChannelContext, Prepay, Purchase } from '../../core/provider'
import { parameterError } from '../../core/errors'

const PRODUCT_ID = /^[\w.-]{1,255}$/
/** Apple sells no more at once. */
const MOST_PIECES = 10
const DAY_MS = 86_400_000

/** Who takes the money; without `bundleId` all that is known is who it is that sells. */
export function identity({ config }: ChannelContext): { appid: string, mchid: string } {
  return { appid: config.optional('bundleId') ?? 'appleiap', mchid: 'appleiap' }
}

/** What a product costs, fen, where `products` is configured. @throws PayError 40001 */
function priceOf({ config }: ChannelContext, productId: string): number | undefined {
  const products = config.value('products')
  if (products === undefined || products === null)
    return undefined
  if (typeof products !== 'object')
    throw parameterError(`${config.name}.products`, `支付配置 ${config.name}.products 必须是 { 商品ID: 价格（分） }`)
  const known = Object.prototype.hasOwnProperty.call(products, productId)
  const price = known ? (products as Record<string, unknown>)[productId] : undefined
  if (!known)
    throw parameterError('productid', `productid 不在支付配置 ${config.name}.products 中`)
  if (typeof price !== 'number' || !Number.isSafeInteger(price) || price <= 0)
    throw parameterError(`${config.name}.products`, `支付配置 ${config.name}.products 中的价格必须是正整数，单位为分`)
  return price
}

/**
 * Apple sets the price by the product and tells no amount: an order that names another one would
 * deliver more than was paid. Only the `products` of the config, or the server's own action, can know.
 *
 * @throws PayError naming the field, before anything is written
 */
export function validate(context: ChannelContext, { productId, quantity = 1, totalFee }: Purchase): void {
  if (productId === undefined || !PRODUCT_ID.test(productId))
    throw parameterError('productid', '苹果内购必须提供 productid（App Store Connect 中的商品 ID，只含数字、字母和 _ - .）')
  if (quantity > MOST_PIECES)
    throw parameterError('quantity', `苹果内购一次最多购买 ${MOST_PIECES} 件`)
  const price = priceOf(context, productId)
  if (price !== undefined && price * quantity !== totalFee)
    throw parameterError('total_fee', `total_fee 与商品价格不符：${productId} 的 ${quantity} 件为 ${price * quantity} 分`)
}

/** Nothing is made at Apple: the device buys the product, and gives the number along as `username`. */
export async function create({ env }: ChannelContext, purchase: Purchase): Promise<Prepay> {
  const { outTradeNo, productId = '', quantity = 1, timeExpire, other } = purchase
  const discount = other?.paymentDiscount
  return {
    data: {
      productid: productId,
      username: outTradeNo,
      quantity: String(quantity),
      ...(discount === undefined ? {} : { paymentDiscount: JSON.stringify(discount) }),
    },
    expiresAt: timeExpire ?? env.now() + DAY_MS,
  }
}

/** `orderInfo` of `uni.requestPayment` (uni-app documents, in-app purchase). */
export function present(_: ChannelContext, { data: { productid, username, quantity, paymentDiscount } }: Prepay): Record<string, unknown> {
  return {
    productid,
    username,
    quantity: Number(quantity),
    // a purchase the store finishes by itself is lost when the receipt does not arrive
    manualFinishTransaction: true,
    ...(paymentDiscount === undefined ? {} : { paymentDiscount: JSON.parse(paymentDiscount) as unknown }),
  }
}

/** What the documented settings leave open. */
export function advice({ config }: ChannelContext): { field: string, message: string }[] {
  const { name } = config
  return [
    { field: 'bundleId', message: `缺少 ${name}.bundleId，其他应用的收据也会被接受` },
    { field: 'products', message: `缺少 ${name}.products（{ 商品ID: 价格（分） }），无法核对 total_fee 与商品价格` },
  ].filter(({ field }) => config.value(field) === undefined || config.value(field) === '')
}
