import { onHide, onShow } from '@dcloudio/uni-app'
import { getCurrentInstance, getCurrentScope, onScopeDispose } from 'vue'

/**
 * Tells when the page comes into view and leaves it. Outside of a component it follows the app instead.
 *
 * Hooks registered inside a component belong to its page and outlive it: on some platforms uni-app
 * offers no way to take them back, so they are silenced when the scope ends.
 */
export function usePageVisibility(shown: () => void, hidden: () => void): void {
  let active = true
  const whileActive = (run: () => void) => () => {
    if (active)
      run()
  }
  const whenShown = whileActive(shown)
  const whenHidden = whileActive(hidden)
  const inComponent = getCurrentInstance()

  if (inComponent) {
    onShow(whenShown)
    onHide(whenHidden)
  }
  else {
    uni.onAppShow(whenShown)
    uni.onAppHide(whenHidden)
  }
  if (getCurrentScope()) {
    onScopeDispose(() => {
      active = false
      if (!inComponent) {
        uni.offAppShow(whenShown)
        uni.offAppHide(whenHidden)
      }
    })
  }
}
