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
  // 使用 uni-id 登录时取消注释，并为本云函数添加公共模块 uni-id-common 依赖：订单从此只有本人能查询和关闭
  // userOf: vkUniPay.uniIdUsers(require('uni-id-common')),
})
