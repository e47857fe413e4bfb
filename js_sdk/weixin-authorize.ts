/**
 * WeChat's web authorisation, in silence (`snsapi_base`): the page is left, and comes back with a
 * code in its query. What has to outlive that is in `sessionStorage`: it is this tab's, and an openid
 * is to last no longer than the visit. H5 only.
 */
import type { PayCore } from './core'
import { ErrorCode, VkPayError } from './errors'
import { currentRoute } from './platform'
import type { Clock, PayOrder, ProviderId } from './types'

const WAY_KEY = 'vk-pay-weixin'
const OPENID_KEY = 'vk-pay-openid'
/** A code lives so long (web authorisation of official accounts). */
const CODE_MS = 5 * 60_000
/** A page that comes up later than this after the return does not pay by itself. */
const RESUME_MS = 15_000
/** Leaving a page takes seconds at most; after this nobody waits for it. */
const LEAVE_MS = 15_000

/** A page that was left for a code. */
interface Way {
  /** Whose openid: channel and merchant. */
  whose: string
  state: string
  /** The query of the address before it was left. */
  search: string
  leftAt: number
  route: string
  provider: ProviderId
  /** To be gone on with. */
  order?: Partial<PayOrder>
  /** Set when the page is back. */
  backAt?: number
  code?: string
  /** `order` was gone on with. */
  resumed?: boolean
}

/** Who asks for an openid. */
interface Asking {
  call: PayCore['call']
  clock: Clock
  action: string
  provider: ProviderId
  /** See {@link Way.whose}. */
  whose: string
}

function read<T>(key: string): T | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '') as T
  }
  catch {
    return undefined
  }
}

function write(key: string, value: unknown): boolean {
  try {
    sessionStorage.setItem(key, JSON.stringify(value))
    return true
  }
  catch {
    return false
  }
}

function forget() {
  try {
    sessionStorage.removeItem(WAY_KEY)
  }
  catch {
    // then there is nothing in it either
  }
}

const failure = (said: string, toPayer = '') => new VkPayError(ErrorCode.OPENID, process.env.NODE_ENV === 'production' ? toPayer : said)

/**
 * Takes the code out of the address the page came back to, if it answers our own question: a code
 * with another `state` is somebody else's and stays where it is. Before the router reads the address.
 */
export function takeCode(clock: Clock): void {
  const way = read<Way>(WAY_KEY)
  if (!way || way.backAt)
    return
  if (clock.now() - way.leftAt > CODE_MS)
    return forget()
  const query = new URLSearchParams(location.search)
  const ours = query.get('state') === way.state
  if (ours) {
    const address = location.pathname + way.search
    // vue-router keeps the address in the state of the entry, without the fragment of hash routing
    const state = history.state as { current?: string } | null
    const current = state?.current?.includes(location.search) ? { current: address } : undefined
    history.replaceState({ ...state, ...current }, '', address + location.hash)
  }
  write(WAY_KEY, { ...way, backAt: clock.now(), code: (ours && query.get('code')) || undefined })
}

/** The payment this page was left in the middle of, once. */
export function paymentToResume(clock: Clock): { order: PayOrder, provider: ProviderId } | undefined {
  const way = read<Way>(WAY_KEY)
  const { order, provider, backAt, route } = way ?? {}
  if (!order?.out_trade_no || !provider || !backAt || route !== currentRoute() || clock.now() - backAt > RESUME_MS)
    return undefined
  // taken out first: should the page be loaded anew now, the payer taps
  return write(WAY_KEY, { ...way, order: undefined, resumed: true }) ? { order: order as PayOrder, provider } : undefined
}

/**
 * The openid kept in this visit; or for the code the page came back with; else leaves the page for one.
 * @throws VkPayError `OPENID`, or what {@link PayCore.call} throws
 */
export async function weixinOpenid(asking: Asking, order: Partial<PayOrder>): Promise<string> {
  const { call, clock, action, whose } = asking
  const known = read<Record<string, string>>(OPENID_KEY) ?? {}
  if (known[whose])
    return known[whose]
  const way = read<Way>(WAY_KEY)
  const back = way?.backAt && way.whose === whose ? way : undefined
  // first, because a code is good once
  forget()
  if (back?.code && clock.now() - back.leftAt < CODE_MS) {
    const answer = await call<{ code: number, msg: string, openid?: string }>(action, { code: back.code, pid: order.pid })
    if (answer.code || !answer.openid)
      throw failure(`${action}: ${answer.msg || 'no openid in the answer'}; or give order.openid`, answer.msg)
    write(OPENID_KEY, { ...known, [whose]: answer.openid })
    return answer.openid
  }
  // once for a tap: a page that came back without a code does not leave again by itself
  if (back?.resumed)
    throw failure('WeChat\'s authorisation came back without a code, or with another state')
  return leaveForCode(asking, order)
}

async function leaveForCode({ call, clock, action, provider, whose }: Asking, order: Partial<PayOrder>): Promise<never> {
  const state = Array.from(crypto.getRandomValues(new Uint32Array(4)), part => part.toString(36)).join('')
  const address = new URL(location.href)
  // WeChat's would be the second of that name
  for (const name of ['code', 'state']) address.searchParams.delete(name)
  const answer = await call<{ code: number, msg: string, authorize_url?: string }>(action, { redirect_uri: address.href, state, pid: order.pid })
  const { authorize_url } = answer
  if (answer.code || !authorize_url)
    throw failure(`${action}: ${answer.msg || 'no authorize_url in the answer'}; or give order.openid`, answer.msg)
  if (!write(WAY_KEY, { whose, state, provider, order, search: location.search, leftAt: clock.now(), route: currentRoute() } satisfies Way))
    throw failure('sessionStorage cannot be written, so the page would not know its own authorisation; give order.openid')
  return new Promise((_, reject) => {
    let timer: unknown
    function stayed() {
      window.removeEventListener('pageshow', restored)
      clock.clearTimeout(timer)
      if (!read<Way>(WAY_KEY)?.backAt)
        forget()
      reject(failure('the page was not left for WeChat\'s authorisation, or came back from it by the back button'))
    }
    function restored(event: PageTransitionEvent) {
      if (event.persisted)
        stayed()
    }
    timer = clock.setTimeout(stayed, LEAVE_MS)
    window.addEventListener('pageshow', restored)
    // in the place of this page, so that the back button does not lead to it twice
    location.replace(authorize_url)
  })
}
