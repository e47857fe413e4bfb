import { ErrorCode, VkPayError } from './errors'
import type { PayOrder } from './types'

/**
 * Checks what the server would refuse anyway, so that a typing mistake costs no request.
 *
 * @throws VkPayError `ORDER`, naming the field and what is allowed
 */
export function checkOrder(order: PayOrder): void {
  const refuse = (field: string, allowed: string) => {
    throw new VkPayError(ErrorCode.ORDER, `order.${field} must be ${allowed}`, { field })
  }
  if (!order || typeof order !== 'object')
    refuse('out_trade_no', 'there: no order was given')
  if (typeof order.out_trade_no !== 'string' || !/^[\w\-|*]{6,32}$/.test(order.out_trade_no))
    refuse('out_trade_no', '6 to 32 characters of letters, digits, _ - | *')
  if (!Number.isSafeInteger(order.total_fee) || order.total_fee <= 0)
    refuse('total_fee', 'a positive integer, in fen')
  if (!order.subject || order.subject.length < 2)
    refuse('subject', 'a text of 2 characters or more')
  if (!order.type)
    refuse('type', 'the name of a handler, such as "goods"')
}
