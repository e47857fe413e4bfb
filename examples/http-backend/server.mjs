import { createServer } from 'node:http'
import process from 'node:process'
import { createNodeListener, createPay, createVk, openSqlStore, startReconciling } from 'vk-uni-pay/node'

const { PORT = '8787', DATABASE = 'shop.db' } = process.env

const store = await openSqlStore({ file: DATABASE })
const pay = createPay({ config: { dir: 'uni-pay' }, store, handlers: 'pay-notify' })

if (process.argv[2] === 'doctor') {
  const { msg, findings } = await pay.doctor()
  for (const { state, target = '', message } of findings)
    console.log(state.padEnd(7), target, message)
  console.log(msg)
  await store.close()
}
else {
  await fill()
  startReconciling(pay)
  // an app of another origin asks us; in production name it: `cors: 'https://shop.example.com'`
  createServer(createNodeListener(pay, { cors: '*' })).listen(Number(PORT), '127.0.0.1', () => console.log(`Pay function at http://127.0.0.1:${PORT}/vk-pay`))
}

/** Something to sell, and somebody to sell it to. */
async function fill() {
  const { baseDao } = createVk({ store })
  const first = {
    goods: { _id: 'goods_001', name: '高山乌龙茶', price: 3990, stock: 100 },
    users: { _id: 'user_001', balance: 0 },
  }
  for (const [dbName, dataJson] of Object.entries(first)) {
    if (!await baseDao.findById({ dbName, id: dataJson._id }))
      await baseDao.add({ dbName, dataJson })
  }
}
