import type { Backend } from '../types'
import { ErrorCode, VkPayError } from '../errors'

export interface HttpBackendOptions {
  /** Headers for each request, such as a session token; asked for anew each time. */
  header?: () => Record<string, string>
}

/**
 * The pay function behind an address: a URL-ized cloud function, or the Node host.
 *
 * @param url its address, such as `https://fc-mp-….next.bspapp.com/http/vk-pay`
 */
export function httpBackend(url: string, { header }: HttpBackendOptions = {}): Backend {
  return {
    call: <T>(action: string, data: Record<string, unknown>) => new Promise<T>((resolve, reject) => {
      const lost = (message: string, cause?: unknown) => reject(new VkPayError(ErrorCode.NETWORK, message, { cause }))
      uni.request({
        url,
        method: 'POST',
        header: { 'content-type': 'application/json', ...header?.() },
        data: { action, data },
        success({ data: answer, statusCode }) {
          if (typeof (answer as { code?: unknown } | undefined)?.code === 'number')
            resolve(answer as T)
          else
            lost(`${action}: the server answered ${statusCode} without a code`)
        },
        fail: cause => lost(`${action}: no answer from the server`, cause),
      })
    }),
  }
}
