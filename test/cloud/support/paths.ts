import { fileURLToPath } from 'node:url'

const cloud = new URL('../../../uni_modules/vk-uni-pay/uniCloud/', import.meta.url)

/** `service/` of the pay function as it ships. */
export const serviceFolder = fileURLToPath(new URL('cloudfunctions/vk-pay/service', cloud))
export const databaseFolder = fileURLToPath(new URL('database', cloud))
