/** The table other languages are checked against. Short on purpose: it is in every mini-program that has the button. */
export const zhHans = {
  pay: '支付 ¥{amount}',
  payNow: '立即支付',
  creating: '正在下单',
  invoking: '等待支付',
  confirming: '正在确认',
  paid: '支付成功',
  cancelled: '支付已取消',
  failed: '支付失败',
  pending: '正在确认，请稍后在订单中查看',
  closed: '订单已关闭',
  network: '网络异常，请稍后再试',
  noBackend: '请在 main 中写 app.use(createVkPay({ backend }))，或关联服务空间',
  badOrder: '订单信息有误',
  notSupported: '当前环境不支持此支付方式',
  notInstalled: '请先安装支付应用',
}
