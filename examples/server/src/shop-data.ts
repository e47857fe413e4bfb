import type { Store } from 'vk-uni-pay/node'
import { DuplicateError } from 'vk-uni-pay/node'

/** What a shop has before the first customer comes; prices in fen. */
const GOODS = [
  { _id: 'goods_001', name: '手冲咖啡豆 · 云南小粒', price: 3900, stock: 100, sales: 0 },
  { _id: 'goods_002', name: '日晒陶瓷杯', price: 5900, stock: 60, sales: 0 },
  { _id: 'goods_003', name: '亚麻餐垫', price: 1990, stock: 200, sales: 0 },
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
