/** A request that was not taken: `return_code` FAIL. Such an answer carries no signature. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
}

/** A business refusal: `result_code` FAIL with an `err_code`, signed. */
export class V2Error extends Error {
  override readonly name = 'V2Error'

  constructor(readonly code: string, message: string) {
    super(message)
  }
}

export const paramError = (field: string, issue: string): V2Error => new V2Error('PARAM_ERROR', `参数错误：${field}${issue}`)
