import { uniCloudStore } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/stores/uni-cloud'
import { storeContract } from './contract'
import { FakeUniCloud } from './support/fake-uni-cloud'

storeContract('uniCloud', async () => {
  const db = new FakeUniCloud({ unique: { 'vk-pay-orders': ['out_trade_no'], 'callback_logs': ['callback_id'] } })
  // turns of the event loop instead of milliseconds
  const sleep = async (ms: number): Promise<void> => {
    for (let turn = 0; turn < ms; turn++)
      await new Promise(resolve => setImmediate(resolve))
  }
  return { shared: true, open: async () => uniCloudStore(db, { sleep }) }
})
