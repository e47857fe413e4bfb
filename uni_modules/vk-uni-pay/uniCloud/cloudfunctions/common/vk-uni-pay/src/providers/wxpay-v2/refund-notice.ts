import type { KeyObject } from 'node:crypto'
import { Buffer } from 'node:buffer'
import { createDecipheriv, createHash } from 'node:crypto'
import type { ChannelContext, RefundFact } from '../../core/provider'
import type { Fields } from './xml'
import { NotifyError } from '../../core/errors'
import { merchantKeys } from './keys'
import { queryRefund } from './refunds'
import { parseXml } from './xml'

/** The channel waits five seconds for our answer. */
const QUERY_TIMEOUT_MS = 3_500
const BLOCK_BYTES = 16

/** AES-256-ECB under the MD5 of the API key in lower-case hexadecimal, of which each character is a byte. @throws Error */
export function openInfo(sealed: string, key: KeyObject): Fields {
  const bytes = Buffer.from(sealed, 'base64')
  if (bytes.length === 0 || bytes.length % BLOCK_BYTES !== 0)
    throw new RangeError('req_info is not whole blocks')
  const secret = createHash('md5').update(key.export()).digest('hex')
  const decipher = createDecipheriv('aes-256-ecb', Buffer.from(secret, 'utf8'), null)
  return parseXml(Buffer.concat([decipher.update(bytes), decipher.final()]), 'root')
}

/**
 * "退款结果通知". It carries no signature, and ECB keeps no order: of two genuine notices somebody
 * could cut a third. So it only tells which refund to ask about; what became of it, the signed
 * answer says. @throws NotifyError; ChannelError when it could not be asked, so that the channel repeats
 */
export async function readRefundNotice(context: ChannelContext, message: Fields): Promise<RefundFact> {
  let info: Fields
  try {
    info = openInfo(message.get('req_info') ?? '', merchantKeys(context.config).key)
  }
  catch (error) {
    throw new NotifyError(400, 'decrypt', 'req_info cannot be opened; check key', { cause: error })
  }
  const [outRefundNo, transactionId] = [info.get('out_refund_no'), info.get('transaction_id')]
  if (!outRefundNo || !transactionId)
    throw new NotifyError(400, 'malformed', 'refund is incomplete')
  return queryRefund(context, { outRefundNo, transactionId }, QUERY_TIMEOUT_MS)
}
