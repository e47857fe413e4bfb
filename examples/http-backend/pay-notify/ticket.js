const process = require('node:process')
const { forward } = require('vk-uni-pay/node')

// done by another server: `examples/remote-handler`
module.exports = forward({ url: process.env.TICKET_URL || 'http://127.0.0.1:8791/paid' })
