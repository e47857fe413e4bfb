import { onHide, onShow } from '@dcloudio/uni-app'
import { getCurrentInstance, getCurrentScope, onMounted, onScopeDispose } from 'vue'
import { followApp } from '../../js_sdk/platform'

/**
 * Tells when the page comes into view and leaves it. Outside of a component it follows the app instead.
 *
 * Hooks registered inside a component belong to its page and outlive it: on some platforms uni-app
 * offers no way to take them back, so they are silenced when the scope ends.
 */
export function usePageVisibility(shown: () => void, hidden: () => void): void {
  let stop: () => void
  const inComponent = getCurrentInstance()
  if (inComponent) {
    let active = true
    const whenShown = () => active && shown()
    const whenHidden = () => active && hidden()
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
    stop = () => void (active = false)
  }
  else {
    stop = followApp(shown, hidden)
  }
  if (getCurrentScope())
    onScopeDispose(stop)
}
