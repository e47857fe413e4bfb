import type { Reply } from '../http/message'
import { json } from '../http/message'

/** An error as the real API words it: `{ code, message, detail }`. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(readonly status: number, readonly code: string, message: string, readonly detail?: Record<string, unknown>) {
    super(message)
  }

  toReply(): Reply {
    return json(this.status, { code: this.code, message: this.message, ...(this.detail && { detail: this.detail }) })
  }
}

/** PARAM_ERROR about one field, named by its place in the body (`/amount/total`) or query. */
export function paramError(field: string, issue: string, location: 'body' | 'query' | 'header' = 'body'): ApiError {
  return new ApiError(400, 'PARAM_ERROR', `参数错误：${field} ${issue}`, { location, field, issue })
}
