import { ErrorCode, VkPayError } from '../errors'
import { readKeys } from './order-info'

/** For channels whose whole order is one text: that text itself, or the object with it under `key`. @throws as {@link readKeys} */
export function readText(orderInfo: unknown, key: string): string {
  return typeof orderInfo === 'string' && orderInfo ? orderInfo : readKeys(orderInfo, [key])[key]!
}

/** For channels that take an object or its JSON. @throws VkPayError `ORDER_INFO` when the text is not JSON */
export function parseOrderInfo(orderInfo: unknown): unknown {
  if (typeof orderInfo !== 'string')
    return orderInfo
  try {
    return JSON.parse(orderInfo)
  }
  catch (cause) {
    throw new VkPayError(ErrorCode.ORDER_INFO, 'orderInfo must be an object, or the JSON of one', { field: 'orderInfo', cause })
  }
}
