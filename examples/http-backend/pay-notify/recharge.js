module.exports = {
  main: async ({ data, util }) => {
    const { vk } = util
    await vk.baseDao.updateById({ dbName: 'users', id: data.user_id, dataJson: { balance: vk.db.command.inc(data.total_fee) } })
    return { code: 0, msg: 'ok' }
  },
}
