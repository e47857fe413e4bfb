/** What an indexed field holds. A value of another type is stored all the same, but not through the index. */
export type IndexedType = 'string' | 'number'

/** The indexes of one collection. */
export interface CollectionIndexes {
  /** Every field that takes part in an index; dotted names reach into objects. */
  readonly fields: Readonly<Record<string, IndexedType>>
  /** The indexes themselves, each over one or more of {@link fields}. */
  readonly indexes: readonly { readonly on: readonly string[], readonly unique?: boolean }[]
}

/** Collection → its indexes. A collection that is not named has only `_id`. */
export type IndexMap = Readonly<Record<string, CollectionIndexes>>

/**
 * The indexes this plugin relies on, the same as its `*.index.json` files declare for a uniCloud
 * space. The unique ones carry the promises: one order per number, one run per callback, one
 * transfer per number.
 */
export const declaredIndexes: IndexMap = {
  'vk-pay-orders': {
    fields: {
      out_trade_no: 'string',
      transaction_id: 'string',
      attempt_key: 'string',
      status: 'number',
      create_date: 'number',
      user_id: 'string',
      due_date: 'number',
      refund_due_date: 'number',
      pay_date: 'number',
      last_refund_date: 'number',
    },
    indexes: [
      { on: ['out_trade_no'], unique: true },
      { on: ['transaction_id'] },
      { on: ['attempt_key'] },
      { on: ['status', 'create_date'] },
      { on: ['user_id'] },
      { on: ['due_date'] },
      { on: ['refund_due_date'] },
      { on: ['pay_date'] },
      { on: ['last_refund_date'] },
    ],
  },
  'callback_logs': {
    fields: { callback_id: 'string', out_trade_no: 'string' },
    indexes: [{ on: ['callback_id'], unique: true }, { on: ['out_trade_no'] }],
  },
  'vk-pay-limits': {
    fields: { key: 'string', until: 'number' },
    indexes: [{ on: ['key'], unique: true }, { on: ['until'] }],
  },
  'vk-pay-transfers': {
    fields: { out_bill_no: 'string', due_date: 'number' },
    indexes: [{ on: ['out_bill_no'], unique: true }, { on: ['due_date'] }],
  },
  'vk-pay-config': { fields: {}, indexes: [] },
}
