import type { GatewayOptions, RunningGateway } from '../../examples/gateway/src/index'
import type { ShopServer, ShopServerOptions } from '../../examples/server/src/index'

export interface Stack {
  gateway: RunningGateway
  server: ShopServer
  /** Stops both and forgets the keys. */
  close: () => Promise<void>
}

export declare const services: string
export declare function startStack(options?: { gateway?: GatewayOptions, server?: Partial<ShopServerOptions> }): Promise<Stack>
