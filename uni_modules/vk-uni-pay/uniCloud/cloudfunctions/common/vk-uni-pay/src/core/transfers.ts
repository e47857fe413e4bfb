/** What is kept about a transfer, and how it changes. Names inside and in the database meet here. */
import type { CoreDeps } from './deps'
import type { TransferFact, TransferState } from './provider'
import type { Doc, Patch } from './store'
import { busyError } from './lease'
import { command } from './store'

export const TRANSFERS = 'vk-pay-transfers'

/** `CREATED`: the channel may or may not know it. `REFUSED`: it did not take it, the same number may be tried again. */
export type TransferStatus = TransferState | 'CREATED' | 'REFUSED'

export interface Transfer {
  id: string
  /** Our number, the key. */
  outBillNo: string
  provider: string
  /** Section of the config it is paid from. */
  platform: string
  pid?: string
  appid: string
  mchid: string
  /** Fen. */
  totalFee: number
  openid?: string
  payeeAccount?: string
  /** Kept until the channel has taken the transfer. */
  payeeRealName?: string
  desc: string
  other?: Record<string, unknown>
  /** Where the channel reports to, the same each time it is asked. */
  notifyUrl?: string
  state: TransferStatus
  transferId?: string
  /** What the payee's app opens the channel's confirmation with, while it waits for that. */
  confirm?: Record<string, string>
  /** Why it failed, in the channel's word. */
  reason?: string
  createDate: number
  /** When the state changed last. */
  updateDate: number
  /** When reconciliation asks about it. Missing when it is over. */
  dueDate?: number
}

const columns: { [K in keyof Required<Transfer>]: string } = {
  id: '_id',
  outBillNo: 'out_bill_no',
  provider: 'provider',
  platform: 'platform',
  pid: 'pid',
  appid: 'appid',
  mchid: 'mchid',
  totalFee: 'total_fee',
  openid: 'openid',
  payeeAccount: 'payee_account',
  payeeRealName: 'payee_real_name',
  desc: 'desc',
  other: 'other',
  notifyUrl: 'notify_url',
  state: 'state',
  transferId: 'transfer_id',
  confirm: 'confirm',
  reason: 'reason',
  createDate: 'create_date',
  updateDate: 'update_date',
  dueDate: 'due_date',
}

export function transferToRow(transfer: Omit<Transfer, 'id'>): Doc {
  const entries = Object.entries(transfer).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries.map(([name, value]) => [columns[name as keyof Transfer], value]))
}

export function transferFromRow(row: Doc): Transfer {
  const entries = Object.entries(columns).map(([name, column]) => [name, row[column]] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null)) as unknown as Transfer
}

export async function findTransfer(deps: CoreDeps, outBillNo: string): Promise<Transfer | undefined> {
  const [row] = await deps.store.find(TRANSFERS, { out_bill_no: outBillNo }, { limit: 1 })
  return row && transferFromRow(row)
}

const ended: readonly TransferStatus[] = ['SUCCESS', 'FAIL', 'CANCELLED']

/** The money has arrived, or never will. */
export const isEnded = ({ state }: Pick<Transfer, 'state'>): boolean => ended.includes(state)

/** Compare-and-set on one transfer: true for the one caller who found it in this state. */
export async function changeTransfer(deps: CoreDeps, transfer: Transfer, patch: Patch): Promise<boolean> {
  return await deps.store.update(TRANSFERS, { _id: transfer.id, state: transfer.state }, { ...patch, update_date: deps.env.now() }) === 1
}

/** Tries until a compare-and-set wins; each loss means that somebody else heard news. */
const ROUNDS = 20

function heard(transfer: Transfer, fact: TransferFact): Patch {
  const over = isEnded(fact)
  return {
    state: fact.state,
    transfer_id: fact.transferId,
    payee_real_name: command.remove(),
    ...(fact.reason === undefined ? {} : { reason: fact.reason.slice(0, 120) }),
    ...(over ? { confirm: command.remove(), due_date: command.remove() } : {}),
    ...(!over && fact.confirm ? { confirm: command.set(fact.confirm) } : {}),
    ...(over || transfer.dueDate !== undefined ? {} : { due_date: transfer.createDate }),
  }
}

/** Writes what the channel says. An end is never taken back. @throws PayError 40010 */
export async function applyTransfer(deps: CoreDeps, first: Transfer, fact: TransferFact): Promise<Transfer> {
  let transfer = first
  for (let round = 0; round < ROUNDS; round += 1) {
    const news = transfer.state !== fact.state || transfer.transferId !== fact.transferId || (fact.confirm !== undefined && transfer.confirm === undefined)
    if (isEnded(transfer) || !news) {
      if (isEnded(transfer) && isEnded(fact) && news)
        deps.env.log('error', 'transfer ended twice', { out_bill_no: transfer.outBillNo, state: transfer.state, heard: fact.state })
      return transfer
    }
    const changed = await changeTransfer(deps, transfer, heard(transfer, fact))
    transfer = await findTransfer(deps, transfer.outBillNo) ?? transfer
    if (changed) {
      deps.env.log('info', 'transfer', { out_bill_no: transfer.outBillNo, total_fee: transfer.totalFee, state: fact.state })
      return transfer
    }
  }
  throw busyError()
}
