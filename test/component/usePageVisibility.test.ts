import { defineComponent, effectScope } from 'vue'
import { describe, expect, it, vi } from 'vitest'
import { usePageVisibility } from '../../composables/usePageVisibility'
import { fakeUni } from '../support/fake-uni'
import { callHook } from '../support/stub-uni-app'
import { show } from './support'

describe('usePageVisibility', () => {
  it('follows the page of its component, and falls silent with the component, whose hooks the page keeps', () => {
    const [shown, hidden] = [vi.fn(), vi.fn()]
    const wrapper = show(defineComponent({ setup: () => usePageVisibility(shown, hidden), render: () => null }))
    callHook(wrapper, 'onHide')
    callHook(wrapper, 'onShow')
    expect([shown.mock.calls.length, hidden.mock.calls.length]).toEqual([1, 1])
    wrapper.unmount()
    callHook(wrapper, 'onHide')
    callHook(wrapper, 'onShow')
    expect([shown.mock.calls.length, hidden.mock.calls.length]).toEqual([1, 1])
  })

  it('follows the app outside of a component, until its scope ends', () => {
    const { uni } = fakeUni()
    const [shown, hidden] = [vi.fn(), vi.fn()]
    const scope = effectScope()
    scope.run(() => usePageVisibility(shown, hidden))
    const [[whenShown], [whenHidden]] = [uni.onAppShow.mock.calls[0]!, uni.onAppHide.mock.calls[0]!]
    whenHidden()
    whenShown()
    expect([shown.mock.calls.length, hidden.mock.calls.length]).toEqual([1, 1])
    scope.stop()
    expect(uni.offAppShow).toHaveBeenCalledWith(whenShown)
    expect(uni.offAppHide).toHaveBeenCalledWith(whenHidden)
  })
})
