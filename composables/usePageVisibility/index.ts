import { onHide, onShow } from '@dcloudio/uni-app'
import { getCurrentInstance, getCurrentScope, onMounted, onScopeDispose } from 'vue'

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
    // #ifdef MP-TOUTIAO
    // there uni-app learns late to which page a component belongs: until it is mounted it stands for
    // a page of its own, whose hooks nobody calls (uni-ku/root issue 38)
    onMounted(() => {
      let page = inComponent
      while (page.parent)
        page = page.parent
      onShow(whenShown, page)
      onHide(whenHidden, page)
    })
    // #endif
    // #ifndef MP-TOUTIAO
    onShow(whenShown)
    onHide(whenHidden)
    // #endif
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
