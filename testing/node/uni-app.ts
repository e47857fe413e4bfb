/**
 * Stands in for `@dcloudio/uni-app` where there are no pages: hooks of the page follow the `uni` of
 * `installTestUni`, or the component they are called in.
 */
import { onBeforeMount, onMounted, onUnmounted } from 'vue'

type Hook = (options?: object) => unknown
interface Followed {
  onAppShow: (hook: Hook) => void
  offAppShow: (hook: Hook) => void
  onAppHide: (hook: Hook) => void
  offAppHide: (hook: Hook) => void
}
interface World {
  uni: Followed
  getCurrentPages: () => { options?: object }[]
}
const world = globalThis as unknown as World
const options = () => world.getCurrentPages().at(-1)?.options ?? {}

export const onLoad = (hook: Hook) => void onBeforeMount(() => void hook(options()))
export const onReady = (hook: Hook) => void onMounted(() => void hook())
export const onUnload = (hook: Hook) => void onUnmounted(() => void hook())

export function onShow(hook: Hook) {
  const { uni } = world
  uni.onAppShow(hook)
  onMounted(() => void hook())
  onUnmounted(() => uni.offAppShow(hook))
}

export function onHide(hook: Hook) {
  const { uni } = world
  uni.onAppHide(hook)
  onUnmounted(() => uni.offAppHide(hook))
}

// nothing calls these in a test
function silent(_hook: Hook) {}
export const onLaunch = silent
export const onError = silent
export const onThemeChange = silent
export const onPageNotFound = silent
export const onUnhandledRejection = silent
export const onPullDownRefresh = silent
export const onReachBottom = silent
export const onPageScroll = silent
export const onResize = silent
export const onBackPress = silent
export const onTabItemTap = silent
export const onNavigationBarButtonTap = silent
export const onShareAppMessage = silent
export const onShareTimeline = silent
export const onAddToFavorites = silent
