import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inRoot } from './root.mjs'

/** The plugin's function as it is assembled: the actions and handlers people get. */
export const services = inRoot('dist/uni_modules/vk-uni-pay/uniCloud/cloudfunctions/vk-pay/service')

/**
 * Starts the local gateway and the Node host against it, from `dist/`, with throw-away keys.
 *
 * @param options `gateway` and `server` go to their own start functions
 */
export async function startStack(options = {}) {
  const [{ createGateway, writeMerchantFiles }, { startShopServer }] = await Promise.all([
    import(inRoot('dist/gateway/index.js')),
    import(inRoot('dist/server/index.js')),
  ])
  const folder = mkdtempSync(join(tmpdir(), 'vk-pay-'))
  const gateway = await createGateway(options.gateway)
  let server
  async function close() {
    await Promise.all([server?.close(), gateway.close()])
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    server = await startShopServer({
      services,
      gateway: gateway.url,
      async config(url) {
        await writeMerchantFiles(gateway.account, folder, gateway.url, `${url}/vk-pay`)
        return join(folder, 'uni-pay')
      },
      ...options.server,
    })
  }
  catch (error) {
    await close()
    throw error
  }
  return { gateway, server, close }
}
