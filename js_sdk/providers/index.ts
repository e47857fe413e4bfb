import type { PayProvider, ProviderId } from '../types'
// #ifdef APP-PLUS || APP-HARMONY || MP-ALIPAY || H5
import { alipay } from './alipay'
// #endif
// #ifdef APP-PLUS
import { appleiap } from './appleiap'
// #endif
// #ifdef MP-BAIDU
import { baidu } from './baidu'
// #endif
// #ifdef MP-TOUTIAO
import { douyin } from './douyin'
// #endif
// #ifdef APP-HARMONY || MP-HARMONY
import { huawei } from './huawei'
// #endif
// #ifdef MP-JD
import { jd } from './jd'
// #endif
// #ifdef MP-KUAISHOU
import { kuaishou } from './kuaishou'
// #endif
// #ifdef MP-QQ
import { qq } from './qq'
// #endif
// #ifdef APP || MP-WEIXIN || H5
import { wxpay } from './wxpay'
// #endif
// #ifdef MP-WEIXIN
import { wxpayVirtual } from './wxpay-virtual'
// #endif
// #ifdef MP-XHS
import { xhs } from './xhs'
// #endif

/** The built-in channels, a line each; a build carries those its platform can pay with. */
export const builtInProviders: readonly PayProvider[] = [
  // #ifdef APP || MP-WEIXIN || H5
  wxpay,
  // #endif
  // #ifdef MP-WEIXIN
  wxpayVirtual,
  // #endif
  // #ifdef APP-PLUS || APP-HARMONY || MP-ALIPAY || H5
  alipay,
  // #endif
  // #ifdef APP-PLUS
  appleiap,
  // #endif
  // #ifdef APP-HARMONY || MP-HARMONY
  huawei,
  // #endif
  // #ifdef MP-TOUTIAO
  douyin,
  // #endif
  // #ifdef MP-BAIDU
  baidu,
  // #endif
  // #ifdef MP-KUAISHOU
  kuaishou,
  // #endif
  // #ifdef MP-QQ
  qq,
  // #endif
  // #ifdef MP-JD
  jd,
  // #endif
  // #ifdef MP-XHS
  xhs,
  // #endif
]

/** The channel to pay with when nobody named one: the first of this build. */
export function platformProvider(): ProviderId {
  return (builtInProviders[0] || { id: 'wxpay' }).id
}
