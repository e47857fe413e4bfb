/** Logins of Douyin's mini-programs, as its open platform documents code2Session. */
import type { Stage } from './support/setup'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { setStage } from './support/setup'

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.close())

const codeOf = async (payer = 'alice') => (await stage.post('/gateway/client/login', { payer })).json.code
const exchange = async (body: Record<string, unknown>) => (await stage.post('/api/apps/v2/jscode2session', { ...stage.gateway.account.douyin, anonymous_code: '', ...body })).json as { err_no: number, err_tips: string, data: Record<string, string> | null }

it('tt.login gives a code, and no two the same', async () => {
  expect((await stage.post('/gateway/client/login', {})).json).toMatchObject({ errMsg: 'login:ok', isLogin: true, code: expect.stringMatching(/^\w{64}$/), anonymousCode: expect.any(String) })
  expect(await codeOf()).not.toBe(await codeOf())
})

it('a code gives the openid of its payer, who has one only', async () => {
  const first = await exchange({ code: await codeOf() })
  expect(first).toMatchObject({ err_no: 0, err_tips: 'success', data: { openid: expect.stringMatching(/^_000/), session_key: expect.any(String) } })
  const [again, other] = [await exchange({ code: await codeOf() }), await exchange({ code: await codeOf('bob') })]
  expect(again.data?.openid).toBe(first.data?.openid)
  expect(again.data?.session_key).not.toBe(first.data?.session_key)
  expect(other.data?.openid).not.toBe(first.data?.openid)
})

it('a code is good once', async () => {
  const code = await codeOf()
  expect(await exchange({ code })).toMatchObject({ err_no: 0 })
  expect(await exchange({ code })).toMatchObject({ err_no: 40018, err_tips: 'bad code', data: null })
})

it('a code is good for three minutes', async () => {
  const [soon, late] = [await codeOf(), await codeOf()]
  await stage.advance(180_000)
  expect(await exchange({ code: soon })).toMatchObject({ err_no: 0 })
  await stage.advance(1)
  expect(await exchange({ code: late })).toMatchObject({ err_no: 40018 })
})

it.each([
  [40015, { appid: 'tt0' }],
  [40017, { secret: 'x' }],
  [40018, { code: 'nobody-issued-it' }],
  [40018, { code: undefined }],
  [40018, { code: 7 }],
])('refuses with %i: %o, and spends no code', async (err_no, changes) => {
  const code = await codeOf()
  expect(await exchange({ code, ...changes })).toMatchObject({ err_no, data: null })
  expect(await exchange({ code })).toMatchObject({ err_no: 0 })
})

it('codes and secrets are not told to the host', async () => {
  const code = String(await codeOf())
  await exchange({ code })
  const told = JSON.stringify(stage.events)
  expect(told).toContain('jscode2session')
  for (const secret of [code, stage.gateway.account.douyin.secret, 'openid'])
    expect(told).not.toContain(secret)
})
