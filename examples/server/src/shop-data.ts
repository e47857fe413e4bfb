import type { Store } from 'vk-uni-pay/node'
import { DuplicateError } from 'vk-uni-pay/node'

/** What a shop has before the first customer comes; prices in fen. */
const GOODS = [
  { _id: 'goods_001', name: '高山乌龙茶', price: 3990, stock: 100, sales: 0 },
]
const USER = { _id: 'user_001', nickname: '小明', balance: 0, is_vip: false, vip_expire_date: 0 }

/** Puts goods and a customer into an empty database; a full one is left as it is. */
export async function fillShop(store: Store): Promise<void> {
  const wanted = [...GOODS.map(doc => ['goods', doc] as const), ['uni-id-users', USER] as const]
  for (const [collection, doc] of wanted) {
    await store.add(collection, doc).catch((error) => {
      if (!(error instanceof DuplicateError))
        throw error
    })
  }
}
