import { ErrorCode, VkPayError } from './errors'
import type { PayOrder } from './types'

const allowed = {
  out_trade_no: '6 to 32 characters of letters, digits, _ - | *',
  total_fee: 'a positive integer, in fen',
  subject: 'a text of 2 characters or more',
  type: 'the name of a handler, such as "goods"',
}

/**
 * Checks what the server would refuse anyway, so that a typing mistake costs no request.
 *
 * @throws VkPayError `ORDER`, naming the field and what is allowed
 */
export function checkOrder(order: PayOrder): void {
  const { out_trade_no, total_fee, subject, type } = order
  const field = typeof out_trade_no !== 'string' || !/^[\w\-|*]{6,32}$/.test(out_trade_no)
    ? 'out_trade_no'
    : !Number.isSafeInteger(total_fee) || total_fee <= 0
        ? 'total_fee'
        : !subject || subject.length < 2 ? 'subject' : !type && 'type'
  if (!field)
    return
  const sentence = process.env.NODE_ENV === 'production' ? '' : `order.${field} must be ${allowed[field]}`
  throw new VkPayError(ErrorCode.ORDER, sentence, { field })
}
