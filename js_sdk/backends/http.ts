import type { Backend } from '../types'
import { asAnswer } from './answer'

export interface HttpBackendOptions {
  /** Headers for each request, such as a session token; asked for anew each time. @default none */
  header?: () => Record<string, string>
}

/**
 * The pay function behind an address: a URL-ized cloud function, or the Node host.
 *
 * @param url its address, such as `https://fc-mp-….next.bspapp.com/http/vk-pay`
 */
export function httpBackend(url: string, { header }: HttpBackendOptions = {}): Backend {
  return {
    async call<T>(action: string, data: Record<string, unknown>) {
      const { data: answer, statusCode, errMsg } = await new Promise<{ data?: unknown, statusCode?: number, errMsg?: string }>(done => uni.request({
        url,
        method: 'POST',
        header: { 'content-type': 'application/json', ...header && header() },
        data: { action, data },
        success: done,
        fail: done,
      }))
      return asAnswer<T>(answer, action, { statusCode, errMsg })
    },
  }
}
