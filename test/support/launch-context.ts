import { vi } from 'vitest'
import type * as Outcome from '../../js_sdk/outcome'
import type * as Providers from '../../js_sdk/providers'
import type { LaunchContext, PayPlatform } from '../../js_sdk/types'
import type { UniTarget } from './compile-for'
import { compileFor } from './compile-for'

export function launchContext(platform: PayPlatform, orderInfo: unknown, more: Partial<LaunchContext> = {}): LaunchContext {
  return {
    platform,
    orderInfo,
    out_trade_no: 'ORDER_0001',
    call: vi.fn(),
    returnUrl: 'https://shop.example/order?no=1&x=é',
    again: vi.fn(),
    ...more,
  }
}

/** A channel, and how its reports are judged, as a build for `target` has them. */
export async function loadProvider(target: UniTarget, id: string) {
  const [{ builtInProviders }, { judge }] = await Promise.all([
    compileFor<typeof Providers>(target, 'providers/index.ts'),
    compileFor<typeof Outcome>(target, 'outcome/index.ts'),
  ])
  const provider = builtInProviders.find(one => one.id === id)
  if (!provider)
    throw new Error(`a build for ${target} has no ${id}`)
  return { provider, judge }
}
