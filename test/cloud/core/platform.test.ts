import { describe, expect, it } from 'vitest'
import { resolvePlatform } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/platform'

const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148'
const wechat = `${phone} MicroMessenger/8.0.40`
const desktopWechat = 'Mozilla/5.0 (Windows NT 10.0) MicroMessenger/7.0 WindowsWechat(0x63090a13)'
const desktop = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/120'

describe('resolvePlatform', () => {
  it.each([
    [{ requested: 'mp-weixin', context: {} }, 'mp-weixin'],
    [{ requested: 'app-plus', context: { platform: 'mp-weixin' } }, 'app-plus'],
    [{ context: { platform: 'app' } }, 'app-plus'],
    [{ context: { platform: 'mp-weixin' } }, 'mp-weixin'],
    [{ context: { platform: 'web', userAgent: wechat } }, 'h5-weixin'],
    [{ context: { platform: 'h5', userAgent: phone } }, 'mweb'],
    [{ context: { userAgent: desktop } }, 'h5'],
    [{ context: {} }, 'h5'],
    [{ requested: 'h5', context: { userAgent: wechat } }, 'h5'],
    [{ requested: 'h5-weixin', context: { userAgent: desktopWechat } }, 'h5'],
    [{ context: { userAgent: desktopWechat } }, 'h5'],
    [{ requested: 'mweb', isPC: true, context: {} }, 'h5'],
    [{ requested: 'mp-weixin', needQRcode: true, context: {} }, 'h5'],
    [{ requested: 'mp-alipay', context: {} }, 'mp-alipay'],
    [{ requested: 'toString', context: {} }, 'toString'],
  ])('%j → %s', (request, platform) => {
    expect(resolvePlatform(request)).toBe(platform)
  })
})
