/**
 * Who may talk to the channel about an order: one caller at a time, by compare-and-set on the
 * order's row, so that two concurrent calls never make two orders at the channel. It runs out by
 * itself, because the holder may crash; whoever then writes without it is refused by the same filter.
 */
import type { CoreDeps } from './deps'
import type { Order } from './order'
import type { Patch } from './store'
import { isPaid, orderPatch } from './order'
import { changeOrder, findByNumber } from './orders'
import { command } from './store'
import { PayCode, PayError } from './errors'

/** Longer than the calls to the channel made under it, each of which is limited. */
export const LEASE_MS = 20_000
/** How long a second caller waits for the first before it answers "busy". */
const WAIT_MS = 6_000
const WAIT_STEP_MS = 150
const NO_LEASE = { leaseId: '', leaseUntil: 0 }

export interface Lease {
  readonly id: string
  /** The order as it was when the lease was taken, and after each {@link Lease.save}. */
  order: Order
  /** Whether it was given back already, with the last {@link Lease.save}. */
  over: boolean
  /**
   * Writes, with further parts of a patch, if the lease is still ours and the order unpaid, and
   * prolongs it, or gives it back in the same statement. @throws PayError 40010, 40006
   */
  save: (changes: Partial<Order>, besides?: Patch, options?: { last: boolean }) => Promise<void>
}

export const busyError = (): PayError => new PayError(PayCode.busy, '订单正在处理中，请稍后再试')

export function alreadyPaidError(order: Order): PayError {
  return new PayError(PayCode.alreadyPaid, '订单已支付，请查询订单状态', {
    field: 'out_trade_no',
    extra: { out_trade_no: order.outTradeNo, provider: order.provider, total_fee: order.totalFee, status: order.status, user_order_success: order.userOrderSuccess },
  })
}

export function newLease(deps: CoreDeps): { leaseId: string, leaseUntil: number } {
  return { leaseId: deps.env.randomId(16), leaseUntil: deps.env.now() + LEASE_MS }
}

async function acquire(deps: CoreDeps, order: Order): Promise<string | undefined> {
  const lease = newLease(deps)
  const free = { status: 0, lease_until: command.lte(deps.env.now()) }
  return await changeOrder(deps.store, order.id, free, orderPatch(lease)) ? lease.leaseId : undefined
}

/** The handle of a lease this caller wrote itself, with the row or by {@link takeLease}. */
export function holdLease(deps: CoreDeps, order: Order, id: string): Lease {
  const lease: Lease = {
    id,
    order,
    over: false,
    async save(changes, besides, { last } = { last: false }) {
      const until = last ? NO_LEASE : { leaseUntil: deps.env.now() + LEASE_MS }
      const patch = { ...orderPatch({ ...changes, ...until }), ...besides }
      const ours = await changeOrder(deps.store, lease.order.id, { status: 0, lease_id: id }, patch)
      if (ours) {
        lease.order = { ...lease.order, ...changes }
        lease.over = last
        return
      }
      const current = await findByNumber(deps.store, lease.order.outTradeNo)
      throw current && isPaid(current) ? alreadyPaidError(current) : busyError()
    },
  }
  return lease
}

/** The lease, if nobody holds it just now. The order in it is read after it was taken. */
export async function tryLease(deps: CoreDeps, order: Order): Promise<Lease | undefined> {
  const id = await acquire(deps, order)
  return id === undefined ? undefined : holdLease(deps, await findByNumber(deps.store, order.outTradeNo) ?? order, id)
}

/**
 * Waits for the lease of an unpaid order. `settled` is asked about every state seen meanwhile: what
 * it answers ends the waiting, because another caller may have done what we came for.
 */
export async function takeLease<T>(deps: CoreDeps, first: Order, settled: (order: Order) => T | undefined): Promise<{ lease: Lease } | { value: T }> {
  const deadline = deps.env.now() + WAIT_MS
  let order = first
  for (;;) {
    const value = settled(order)
    if (value !== undefined)
      return { value }
    const lease = await tryLease(deps, order)
    if (lease)
      return { lease }
    if (deps.env.now() >= deadline)
      throw busyError()
    await deps.env.sleep(WAIT_STEP_MS)
    order = await findByNumber(deps.store, order.outTradeNo) ?? order
  }
}

/** Gives the lease back. A failure to do so, or a loss of power, only costs the next caller the wait until it runs out. */
export async function releaseLease(deps: CoreDeps, lease: Lease): Promise<void> {
  if (lease.over)
    return
  try {
    await changeOrder(deps.store, lease.order.id, { lease_id: lease.id }, orderPatch(NO_LEASE), { durable: false })
  }
  catch {
    deps.env.log('warn', 'lease not released', { out_trade_no: lease.order.outTradeNo })
  }
}
