import type { Dialect, Wx } from './mini-program'

/**
 * Douyin's base library, where uni-app's runtime relies on it: an instance has `__nodeId__`, 0 for
 * the page, and `__webviewId__`; and events reach the parent late, after `ready`. Told at once, the
 * page would be drawn again in the middle of being drawn, without end.
 */
export function toutiao(): Dialect {
  let nodes = 0
  return {
    host(scope) {
      const tt = {
        ...scope.wx as Wx,
        canIUse: () => true,
        getSystemInfoSync: () => ({ platform: 'ios', language: 'zh_CN', pixelRatio: 2, windowWidth: 375, windowHeight: 667, SDKVersion: '3.40.0' }),
        getLaunchOptionsSync: () => ({ path: '', query: {} }),
        setStorage: () => {},
      }
      scope.tt = tt
      return tt
    },
    created(instance, isPage) {
      instance.__webviewId__ = 1
      instance.__nodeId__ = isPage ? 0 : ++nodes
      const { triggerEvent } = instance
      instance.triggerEvent = (...given) => void Promise.resolve().then(() => triggerEvent.apply(instance, given))
    },
  }
}
