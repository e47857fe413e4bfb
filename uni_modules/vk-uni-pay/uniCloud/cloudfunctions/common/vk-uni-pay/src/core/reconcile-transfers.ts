/** The part of reconciliation that looks after transfers nobody knows the end of. */
import type { CoreDeps } from './deps'
import type { Transfer } from './transfers'
import { askTransfer, sendTransfer } from './transfer'
import { changeTransfer, findTransfer, isEnded, TRANSFERS, transferFromRow } from './transfers'
import { retryDelay } from './schedule'
import { ChannelError, safeText } from './errors'
import { command } from './store'

/** How long one process has for one transfer. */
const CLAIM_MS = 65_000
const LARGEST_BATCH = 20
/** A transfer the channel never heard of is not sent any more after this: whoever asked for it has made other plans. */
const GIVEN_UP_AFTER_MS = 86_400_000

/** Answers how many transfers were seen to. */
export async function transfersDue(deps: CoreDeps, now: number, limit: number): Promise<number> {
  const rows = await deps.store.find(TRANSFERS, { due_date: command.lte(now) }, { orderBy: [['due_date', 'asc']], limit: Math.min(limit, LARGEST_BATCH) })
  const seen = await Promise.all(rows.map(row => seeTo(deps, transferFromRow(row), now)))
  return seen.filter(Boolean).length
}

/** One transfer, if no other process has it. When this one dies, the transfer comes due again. */
async function seeTo(deps: CoreDeps, found: Transfer, now: number): Promise<boolean> {
  const claimed = Math.max(now, deps.env.now()) + CLAIM_MS
  if (await deps.store.update(TRANSFERS, { _id: found.id, due_date: found.dueDate }, { due_date: claimed }) !== 1)
    return false
  try {
    await finish(deps, await findTransfer(deps, found.outBillNo) ?? found, now)
  }
  catch (error) {
    deps.env.log('warn', 'transfer could not be finished', { out_bill_no: found.outBillNo, detail: safeText(error) })
  }
  const after = await findTransfer(deps, found.outBillNo)
  if (after && !isEnded(after) && after.state !== 'REFUSED')
    await deps.store.update(TRANSFERS, { _id: found.id, due_date: claimed }, { due_date: now + retryDelay(found.createDate, now) })
  return true
}

/** Asks what became of it, and asks for it again when the channel never heard of it. */
async function finish(deps: CoreDeps, transfer: Transfer, now: number): Promise<void> {
  try {
    await askTransfer(deps, transfer)
  }
  catch (error) {
    if (!(error instanceof ChannelError && error.verdict === 'no-such-order') || transfer.state !== 'CREATED')
      throw error
    if (now - transfer.createDate < GIVEN_UP_AFTER_MS)
      await sendTransfer(deps, transfer)
    else
      await changeTransfer(deps, transfer, { state: 'FAIL', reason: 'the channel never heard of it', payee_real_name: command.remove(), due_date: command.remove() })
  }
}
