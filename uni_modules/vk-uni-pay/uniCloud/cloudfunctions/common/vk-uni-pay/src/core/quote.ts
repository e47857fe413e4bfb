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

/** A mistake of the author's: what it is stands in the log, and the payer, who cannot help it, reads a sentence for payers. */
function quoteFailed(deps: CoreDeps, type: string, detail: unknown): PayError {
  deps.env.log('error', 'quote failed', { type, detail: safeText(detail) })
  return new PayError(PayCode.other, '暂时无法下单，请稍后再试', { cause: detail })
}

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
    .catch((error: unknown) => { throw quoteFailed(deps, type, error) })
  return { ...asked, ...read(deps, type, answer) }
}

function read(deps: CoreDeps, type: string, answer: QuoteAnswer): Partial<AskedTerms> {
  if (typeof answer === 'number')
    return { total_fee: answer }
  if (typeof answer !== 'object' || answer === null)
    throw quoteFailed(deps, type, 'quote must answer the price in fen, or { total_fee }')
  if ('code' in answer && answer.code !== 0)
    throw new PayError(Number.isSafeInteger(answer.code) ? answer.code : PayCode.other, safeText(answer.msg))
  if (!('total_fee' in answer))
    throw quoteFailed(deps, type, 'quote answers no total_fee, in fen')
  const { total_fee, subject, custom } = answer
  return { total_fee, ...(subject === undefined ? {} : { subject }), ...(custom === undefined ? {} : { custom }) }
}
