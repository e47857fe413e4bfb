import type { CoreDeps } from './deps'
import type { HandlerUtil, QuoteAnswer } from './handlers'
import { PayCode, PayError, safeText } from './errors'

/** What is to be paid, and for what; not checked yet. */
export interface AskedTerms {
  total_fee: unknown
  subject: unknown
  custom?: Record<string, unknown>
}

/** Who asks for what, checked. */
export interface QuoteRequest {
  type: string
  userId?: string
  /** The request's own fields, as the handler will have them. */
  data: Record<string, unknown>
}

const quoteError = (type: string, message: string, cause?: unknown): PayError => new PayError(PayCode.other, `订单类型 ${type} 的 quote：${message}`, { field: 'type', cause })

/** The price of the server where the type's handler has a `quote`, else what the client asked for. @throws PayError of the quote */
export async function quotedTerms(deps: CoreDeps, { type, userId, data }: QuoteRequest, asked: AskedTerms): Promise<AskedTerms> {
  const quote = deps.handlers.load(type)?.quote
  if (typeof quote !== 'function')
    return asked
  const answer = await Promise.resolve()
    .then(() => quote({
      data: { ...asked.custom, ...data, total_fee: asked.total_fee, subject: asked.subject },
      userInfo: userId === undefined ? {} : { _id: userId },
      util: deps.handlerVk.make(deps.store) as HandlerUtil,
    }))
    .catch((error: unknown) => { throw quoteError(type, safeText(error), error) })
  return { ...asked, ...read(type, answer) }
}

function read(type: string, answer: QuoteAnswer): Partial<AskedTerms> {
  if (typeof answer === 'number')
    return { total_fee: answer }
  if (typeof answer !== 'object' || answer === null)
    throw quoteError(type, '必须返回金额（分）或 { total_fee }')
  if ('code' in answer && answer.code !== 0)
    throw new PayError(Number.isSafeInteger(answer.code) ? answer.code : PayCode.other, safeText(answer.msg), { field: 'type' })
  if (!('total_fee' in answer))
    throw quoteError(type, '返回值中没有 total_fee（分）')
  const { total_fee, subject, custom } = answer
  return { total_fee, ...(subject === undefined ? {} : { subject }), ...(custom === undefined ? {} : { custom }) }
}
