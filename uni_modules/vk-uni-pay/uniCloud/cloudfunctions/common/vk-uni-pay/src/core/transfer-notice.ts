import type { Channel, CoreDeps } from './deps'
import type { NotifyVerdict, TransferFact } from './provider'
import { applyTransfer, findTransfer } from './transfers'

const refused = (status: number, message: string): NotifyVerdict => ({ accepted: false, status, message })

/** A channel reports on a transfer of ours. */
export async function settleTransfer(deps: CoreDeps, { provider, context }: Channel, fact: TransferFact): Promise<NotifyVerdict> {
  const transfer = await findTransfer(deps, fact.outBillNo)
  // a merchant's key does not vouch for another merchant's transfers
  if (!transfer || transfer.provider !== provider.id || transfer.mchid !== provider.identity(context).mchid)
    return refused(404, 'no such transfer')
  if (fact.totalFee !== undefined && fact.totalFee !== transfer.totalFee)
    return refused(400, 'total_fee does not match the transfer')
  await applyTransfer(deps, transfer, fact)
  return { accepted: true }
}
