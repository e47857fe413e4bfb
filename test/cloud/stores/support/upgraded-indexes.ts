import type { IndexMap } from '../../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/indexes'

/** Tables that are there already, of a version that knew none of these. */
export const upgradedIndexes: IndexMap = {
  goods: { fields: { sku: 'string', price: 'number' }, indexes: [{ on: ['sku'], unique: true }, { on: ['price'] }] },
  people: { fields: { email: 'string' }, indexes: [{ on: ['email'], unique: true }] },
}
