const MESSAGES: Record<string, string> = {
  20000: 'Service Currently Unavailable',
  40001: 'Missing Required Arguments',
  40002: 'Invalid Arguments',
  40004: 'Business Failed',
}

/** A refusal as the OpenAPI words it: `code` and `msg` of the gateway, `sub_code` and `sub_msg` of the matter. */
export class AlipayError extends Error {
  override readonly name = 'AlipayError'

  constructor(readonly code: string, readonly subCode: string, message: string) {
    super(message)
  }

  toContent(): Record<string, string> {
    return { code: this.code, msg: MESSAGES[this.code] ?? 'Business Failed', sub_code: this.subCode, sub_msg: this.message }
  }
}

export const missing = (what: string): AlipayError => new AlipayError('40001', `isv.missing-${what}`, `缺少参数：${what}`)
export const invalid = (what: string, message: string): AlipayError => new AlipayError('40002', `isv.invalid-${what}`, message)
export const failed = (subCode: string, message: string): AlipayError => new AlipayError('40004', `ACQ.${subCode}`, message)
/** One field of `biz_content` that cannot be. */
export const badField = (field: string, message: string): AlipayError => failed('INVALID_PARAMETER', `参数无效：${field} ${message}`)
