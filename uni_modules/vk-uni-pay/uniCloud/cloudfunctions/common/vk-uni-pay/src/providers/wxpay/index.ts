import type { ChannelConfig } from '../../core/provider'
import { defineProvider } from '../../core/provider'
import { wxpayV2 } from '../wxpay-v2'
import { wxpayV3 } from '../wxpay-v3'

/**
 * Which protocol serves a section: `version` where it is written, else what the section has keys
 * for. One with keys for neither, or another `version`, is APIv3's to complain about.
 */
function isV2(config: ChannelConfig): boolean {
  const version = config.optional('version')
  return version === undefined ? config.optional('v3Key') === undefined && config.optional('key') !== undefined : version === '2'
}

/** WeChat Pay by `version` of each config section: never by what a message says. */
export const wxpay = defineProvider({ ...wxpayV3, serving: config => isV2(config) ? wxpayV2 : wxpayV3 })
