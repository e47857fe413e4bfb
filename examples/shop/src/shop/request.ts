import { DEMO_URL } from './config'

/** GET of the demo's interface. Rejects when no answer, or none with 200, came. */
export function getDemo<T>(path: string): Promise<T> {
  return new Promise((resolve, reject) => {
    uni.request({
      url: `${DEMO_URL}${path}`,
      success: ({ statusCode, data }) => statusCode === 200
        ? resolve(data as T)
        : reject(new Error(`${path}: answered ${statusCode}`)),
      fail: cause => reject(new Error(`${path}: no answer`, { cause })),
    })
  })
}
