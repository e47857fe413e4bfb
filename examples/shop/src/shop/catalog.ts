/** What the shop sells. Prices in fen. */
export const goods = {
  id: 'goods_001',
  name: '高山乌龙茶',
  spec: '清香型 · 100 克罐装',
  price: 3990,
  story: '海拔一千四百米，春分前后手采一心二叶，轻焙三道。头泡兰花香，五泡仍有回甘。',
  facts: [
    { name: '产地', text: '福建安溪' },
    { name: '采摘', text: '今年春茶' },
    { name: '冲泡', text: '95 ℃ 热水' },
  ],
} as const

export interface RechargePlan {
  /** What is paid. */
  price: number
  /** What is credited. */
  credit: number
}

export const rechargePlans: readonly RechargePlan[] = [
  { price: 5000, credit: 5000 },
  { price: 10000, credit: 10500 },
  { price: 20000, credit: 21500 },
  { price: 50000, credit: 55000 },
]

export interface VipPlan {
  type: string
  name: string
  days: number
  price: number
}

export const vipPlans: readonly VipPlan[] = [
  { type: 'month', name: '月卡', days: 31, price: 1500 },
  { type: 'season', name: '季卡', days: 92, price: 3900 },
  { type: 'year', name: '年卡', days: 366, price: 12800 },
]
