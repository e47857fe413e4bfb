'use strict'

/* global uniCloud */
const path = require('path')
const configCenter = require('uni-config-center')
const vkUniPay = require('vk-uni-pay')

// 配置文件：uni-config-center/uni-pay/config.js
exports.main = vkUniPay.createFunction({
  uniCloud,
  config: configCenter({ pluginId: 'uni-pay' }),
  services: path.join(__dirname, 'service'),
})
