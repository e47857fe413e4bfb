import type { Delivery } from '../notify/delivery'

export type TransferState = 'WAIT_USER_CONFIRM' | 'SUCCESS' | 'FAIL' | 'CANCELLED'

/** Money to a payee's balance. Money in fen, time in ms. */
export interface TransferBill {
  readonly outBillNo: string
  readonly transferBillNo: string
  readonly appid: string
  readonly openid: string
  readonly fen: number
  readonly remark: string
  readonly sceneId: string
  readonly perception?: string
  /** As it was decrypted. */
  readonly userName?: string
  readonly notifyUrl?: string
  /** What the payee's WeChat opens the confirmation with. */
  readonly packageInfo: string
  readonly createdAtMs: number
  updatedAtMs: number
  state: TransferState
  failReason?: string
  /** Accepted calls for this number. */
  calls: number
  readonly deliveries: Delivery[]
}

/** All transfers of one gateway, and the balance they are paid from. */
export interface TransferBook {
  balanceFen: number
  add: (bill: TransferBill) => void
  byNumber: (outBillNo: string) => TransferBill | undefined
  byPackage: (packageInfo: string) => TransferBill | undefined
}

/** What the merchant has at the start: 100,000 yuan. */
const BALANCE_FEN = 10_000_000

export function createTransferBook(): TransferBook {
  const bills = new Map<string, TransferBill>()
  return {
    balanceFen: BALANCE_FEN,
    add: bill => void bills.set(bill.outBillNo, bill),
    byNumber: number => bills.get(number),
    byPackage: info => [...bills.values()].find(({ packageInfo }) => packageInfo === info),
  }
}
