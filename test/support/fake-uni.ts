import { vi } from 'vitest'

/** The parts of `uni` that the engine touches, without a platform. */
export function fakeUni() {
  const kept = new Map<string, unknown>()
  const uni = {
    getStorageSync: (key: string) => structuredClone(kept.get(key)) ?? '',
    setStorageSync: (key: string, value: unknown) => void kept.set(key, structuredClone(value)),
    removeStorageSync: (key: string) => void kept.delete(key),
    getLocale: () => 'zh-Hans',
    login: vi.fn(({ success }: { success: (answer: { code: string }) => void }) => success({ code: 'login-code' })),
    request: vi.fn(),
    requestPayment: vi.fn(),
    onAppShow: vi.fn(),
    onAppHide: vi.fn(),
    offAppShow: vi.fn(),
    offAppHide: vi.fn(),
  }
  vi.stubGlobal('uni', uni)
  vi.stubGlobal('getCurrentPages', () => [{ route: 'pages/goods/goods' }])
  return { uni, kept }
}

export type FakeUni = ReturnType<typeof fakeUni>
