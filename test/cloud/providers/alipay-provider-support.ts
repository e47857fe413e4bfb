/** The provider alone, with an Alipay in memory. */
import { channelConfig } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/config/channel-config'
import { PayError } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/errors'
import type { LogFields } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { ChannelContext } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/provider'
import type { Mode } from './alipay-support'
import { Alipay, alipaySection, START } from './alipay-support'

export interface AlipayStage {
  alipay: Alipay
  context: ChannelContext
  clock: { now: number }
  logs: { event: string, fields?: LogFields }[]
}

export function alipayStage(section = 'alipay.h5', mode: Mode = 'key', over: Record<string, unknown> = {}): AlipayStage {
  const alipay = new Alipay(mode)
  const clock = { now: START }
  const logs: AlipayStage['logs'] = []
  const context: ChannelContext = {
    config: channelConfig(section, alipaySection(mode, over), path => path),
    platform: section.split('.')[1] ?? '',
    env: {
      now: () => clock.now,
      sleep: async (ms) => { clock.now += ms },
      randomId: length => 'r'.repeat(length),
      http: alipay.http,
      log: (_, event, fields) => logs.push({ event, fields }),
    },
  }
  return { alipay, context, clock, logs }
}

/** What a call ends in: its value, or code, field and verdict of its error. */
export async function ending(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call
  }
  catch (error) {
    if (!(error instanceof PayError))
      throw error
    const { code, field, verdict } = error as PayError & { verdict?: string }
    return { code, ...(field === undefined ? {} : { field }), ...(verdict === undefined ? {} : { verdict }) }
  }
}
