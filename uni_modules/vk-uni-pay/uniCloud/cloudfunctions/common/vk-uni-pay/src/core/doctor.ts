/**
 * Looks at everything a payment needs before the first payer does: the config, keys against each
 * other and against the channel, the clock, the address channels report to, the database's indexes.
 * Nothing is paid, and what is written to try an index is taken out again.
 */
import { Buffer } from 'node:buffer'
import type { ChannelKey, CoreDeps } from './deps'
import type { Answer } from './ports'
import type { Provider } from './provider'
import { handleNotification, notifyPath } from './notify'
import { CALLBACKS, LIMITS, ORDERS } from './order'
import { DuplicateError } from './store'
import { ChannelError, PayError, safeText } from './errors'

const TIMEOUT_MS = 6_000
/** Channels and we refuse what is five minutes off; from here on it is worth a word. */
const CLOCK_WARNING_MS = 60_000
const CLOCK_ERROR_MS = 300_000
const SHORTEST_NOTIFY_KEY = 32

/** `warning`: works, and could be better. */
export type FindingState = 'ok' | 'warning' | 'error'

export interface Finding {
  /** What was looked at: `config`, `keys`, `channel`, `clock`, `notifyUrl`, `handlers`, `database`, `users`. */
  check: string
  /** Fine, could be better, or wrong. */
  state: FindingState
  /** What was found, and what to do about it. */
  message: string
  /** Section of the config it is about: `wxpay.mp-weixin`; several are parted by `、`. */
  target?: string
  /** The field at fault, as it is written in the config. */
  field?: string
}

export interface DoctorOptions {
  /** Space whose `notifyUrl` is looked at. @default the host's own */
  spaceId?: string
  /** Merchant of `vk-pay-config`. @default the config file */
  pid?: string
  /** Whether channels and the notify address are really called. @default true */
  network?: boolean
}

export type DoctorAnswer = Answer & { findings: Finding[] }

interface Examined {
  providers: ReadonlyMap<string, Provider>
  /** The config as it was read, for sections nobody knows. */
  config: Record<string, unknown>
  notifyKey: string | undefined
  /** Whether sign-in is checked. */
  checksUsers: boolean
}

const ok = (check: string, message: string, target?: string): Finding => ({ check, state: 'ok', message, target })
const warning = (check: string, message: string, more: Partial<Finding> = {}): Finding => ({ check, state: 'warning', message, ...more })
const fault = (check: string, message: string, more: Partial<Finding> = {}): Finding => ({ check, state: 'error', message, ...more })
const faultOf = (check: string, error: unknown, target?: string): Finding => fault(check, error instanceof PayError ? error.message : safeText(error), { target, field: error instanceof PayError ? error.field : undefined })

/** All findings, worst first in `msg`; code 0 when nothing is wrong, whatever could be better. */
export async function doctor(deps: CoreDeps, examined: Examined, options: DoctorOptions): Promise<DoctorAnswer> {
  const keys = configuredChannels(examined, options.pid)
  const parts = await Promise.all([
    checkGeneral(deps, examined),
    checkHandlers(deps),
    checkDatabase(deps),
    ...keys.map(key => checkChannel(deps, key, options)),
  ])
  const findings = saidOnce([...parts.flat(), ...unknownSections(examined)])
  if (keys.length === 0)
    findings.push(fault('config', '支付配置中没有任何支付渠道，例如 wxpay.mp-weixin'))
  const count = (state: FindingState): number => findings.filter(finding => finding.state === state).length
  const errors = count('error')
  return {
    code: errors === 0 ? 0 : 50000,
    msg: errors === 0 ? `检查通过，${count('warning')} 条建议` : `发现 ${errors} 个问题：${findings.find(finding => finding.state === 'error')?.message ?? ''}`,
    findings,
  }
}

/** What is found of many sections in the same words is one finding, which names them all. */
function saidOnce(findings: readonly Finding[]): Finding[] {
  const said = new Map<string, Finding>()
  for (const finding of findings) {
    const key = JSON.stringify([finding.check, finding.state, finding.message, finding.field])
    const before = said.get(key)
    said.set(key, before === undefined ? finding : { ...before, target: [before.target, finding.target].filter(Boolean).join('、') || undefined })
  }
  return [...said.values()]
}

/** Where there was nothing to look at, such as without a config: whoever lists findings finds that one. */
export function withFindings(answer: Answer): DoctorAnswer {
  const { msg, field } = answer as Answer & { field?: string }
  return 'findings' in answer ? answer as DoctorAnswer : { ...answer, findings: [fault('config', msg, { field })] }
}

function sectionsOf(config: Record<string, unknown>, provider: string): string[] {
  const sections = Object.prototype.hasOwnProperty.call(config, provider) ? config[provider] : undefined
  return typeof sections === 'object' && sections !== null ? Object.keys(sections) : []
}

function configuredChannels({ providers, config }: Examined, pid: string | undefined): ChannelKey[] {
  return [...providers.values()].flatMap(({ id, platforms }) => platforms
    // a merchant's own config is read when it is asked for
    .filter(platform => pid !== undefined || sectionsOf(config, id).includes(platform))
    .map(platform => ({ provider: id, platform, pid })))
}

/** A section that no platform reads is most likely a typing mistake. */
function unknownSections({ providers, config }: Examined): Finding[] {
  return [...providers.values()].flatMap(({ id, platforms }) => sectionsOf(config, id)
    .filter(name => !platforms.includes(name) && name !== 'transfer' && name !== 'codepay')
    .map(name => warning('config', `支付配置 ${id}.${name} 不会被使用，可用的平台名：${platforms.join('、')}`, { field: `${id}.${name}` })))
}

async function checkGeneral(deps: CoreDeps, { notifyKey, checksUsers }: Examined): Promise<Finding[]> {
  const findings: Finding[] = []
  try {
    const { userWhitelist, debug } = await deps.settings()
    if (userWhitelist.length > 0)
      findings.push(warning('config', '配置了 userWhitelist，只有名单内的用户可以支付；正式上线前请清空', { field: 'userWhitelist' }))
    if (debug)
      findings.push(warning('config', '配置了 debug，日志中会出现支付用户的标识；排查结束后请关闭', { field: 'debug' }))
  }
  catch (error) {
    findings.push(faultOf('config', error))
  }
  if (notifyKey !== undefined && notifyKey.length < SHORTEST_NOTIFY_KEY)
    findings.push(fault('config', `notifyKey 至少 ${SHORTEST_NOTIFY_KEY} 个字符，建议 64 个以上的随机字符`, { field: 'notifyKey' }))
  findings.push(checksUsers
    ? ok('users', '已校验登录用户，订单只有本人能查询和关闭')
    : warning('users', '没有校验登录用户（userOf），知道订单号的人都能查询和关闭订单'))
  return findings
}

async function checkHandlers({ handlers }: CoreDeps): Promise<Finding[]> {
  if (handlers.types.length === 0)
    return [fault('handlers', 'service/pay-notify 目录中没有任何订单类型的处理文件')]
  return handlers.types.map((type): Finding => {
    try {
      const handler = handlers.load(type)
      const main = typeof handler === 'function' ? handler : handler?.forward ?? handler?.main
      if (main === undefined)
        return fault('handlers', `订单类型 ${type} 的文件没有导出 main`, { target: type })
      return typeof handler?.quote === 'function'
        ? ok('handlers', `订单类型 ${type}：由服务端定价`, type)
        : warning('handlers', `订单类型 ${type} 没有导出 quote，金额以客户端传来的为准`, { target: type })
    }
    catch (error) {
      return fault('handlers', `订单类型 ${type} 的文件无法加载：${safeText(error)}`, { target: type })
    }
  })
}

/** Once is once only where the database refuses the second of two. */
const uniqueIndexes = [[ORDERS, 'out_trade_no'], [CALLBACKS, 'callback_id'], [LIMITS, 'key']] as const

async function checkDatabase(deps: CoreDeps): Promise<Finding[]> {
  const findings = await Promise.all(uniqueIndexes.map(([collection, field]) => checkUnique(deps, collection, field)))
  findings.push(deps.store.transactional && deps.handlerVk.inSession
    ? ok('database', '处理文件与回调记录在同一个事务中提交')
    : warning('database', '处理文件不在事务中运行：进程中断后可能重新执行，请用 callback_id 保证只生效一次'))
  return findings
}

async function checkUnique({ store, env }: CoreDeps, collection: string, field: string): Promise<Finding> {
  const probe = { [field]: `doctor_${env.randomId(20)}`, status: -1, until: 0, create_date: env.now() }
  try {
    await store.add(collection, { ...probe })
    await store.add(collection, { ...probe })
    return fault('database', `集合 ${collection} 缺少 ${field} 的唯一索引，请上传 uniCloud/database 中的 ${collection}.index.json`, { target: collection, field })
  }
  catch (error) {
    return error instanceof DuplicateError
      ? ok('database', `集合 ${collection} 的唯一索引有效`, collection)
      : fault('database', `集合 ${collection} 无法写入：${safeText(error)}`, { target: collection })
  }
  finally {
    await store.remove(collection, { [field]: probe[field] }).catch(() => 0)
  }
}

async function checkChannel(deps: CoreDeps, key: ChannelKey, { spaceId, network = true, pid }: DoctorOptions): Promise<Finding[]> {
  const target = `${key.provider}.${key.platform}`
  try {
    const { provider, context } = await deps.channel(key)
    provider.identity(context)
    const findings = [ok('keys', '密钥与证书可用', target)]
    if (provider.login && context.config.optional('secret') === undefined && key.platform.startsWith('mp-') && key.provider === 'wxpay')
      findings.push(warning('config', `缺少 ${target}.secret，无法自动获取 openid`, { target, field: `${target}.secret` }))
    for (const { field, message } of provider.advice?.(context) ?? [])
      findings.push(warning('config', message, { target, field: `${target}.${field}` }))
    // a store that is asked for receipts reports to no address
    const reported = provider.readReceipt ? [] : await checkNotifyUrl(deps, key, spaceId, network)
    return [...findings, ...reported, ...network ? await askChannel(deps, key) : []]
  }
  catch (error) {
    // with a merchant every platform is tried, and most have no section
    return pid !== undefined && error instanceof PayError && error.field === target ? [] : [faultOf('keys', error, target)]
  }
}

/**
 * Asks about an order that cannot be: a signed "no such order" proves both sides' keys, and tells the
 * channel's time. Where receipts take the place of orders, about one that is none.
 */
async function askChannel(deps: CoreDeps, key: ChannelKey): Promise<Finding[]> {
  const target = `${key.provider}.${key.platform}`
  const { provider, context } = await deps.channel(key)
  let date: string | undefined
  const env = {
    ...context.env,
    http: async (request: Parameters<typeof context.env.http>[0]) => {
      const response = await context.env.http(request)
      date = response.headers.date ?? date
      return response
    },
  }
  const asked = { ...context, env }
  const asking: Promise<unknown> = provider.readReceipt
    ? provider.readReceipt(asked, Buffer.from('doctor').toString('base64')).catch(refusedReceipt)
    : provider.query(asked, `doctor_${deps.env.randomId(20)}`)
  const found: Finding = await asking.then(
    () => ok('channel', '支付渠道应答正常', target),
    (error: unknown) => error instanceof ChannelError && error.verdict === 'no-such-order'
      ? ok('channel', '支付渠道接受我方签名，其应答通过验签', target)
      : faultOf('channel', error, target),
  )
  return date === undefined ? [found] : [found, checkClock(deps, Date.parse(date), target)]
}

/** Swallows the refusal of a receipt for what it is: an answer of the channel. */
function refusedReceipt(error: unknown): void {
  if (!(error instanceof PayError && error.field === 'receipt_data'))
    throw error
}

function checkClock({ env }: CoreDeps, theirs: number, target: string): Finding {
  const offMs = Math.abs(env.now() - theirs)
  const seconds = Math.round(offMs / 1000)
  if (!(offMs < CLOCK_ERROR_MS))
    return fault('clock', `服务器时钟与支付渠道相差 ${seconds} 秒，超过 5 分钟会互相拒绝，请校准时间（NTP）`, { target })
  return offMs < CLOCK_WARNING_MS ? ok('clock', `服务器时钟与支付渠道相差 ${seconds} 秒`, target) : warning('clock', `服务器时钟与支付渠道相差 ${seconds} 秒，请校准时间（NTP）`, { target })
}

/** Sends what no channel would, and expects exactly the refusal that this code gives. */
async function checkNotifyUrl(deps: CoreDeps, key: ChannelKey, spaceId: string | undefined, network: boolean): Promise<Finding[]> {
  const target = `${key.provider}.${key.platform}`
  const { notifyUrl } = await deps.channel(key)
  let url: string
  try {
    url = notifyUrl(spaceId) + notifyPath(key)
  }
  catch (error) {
    return [faultOf('notifyUrl', error, target)]
  }
  const findings: Finding[] = url.startsWith('https:') ? [] : [warning('notifyUrl', '回调地址不是 https，正式的支付渠道不会通知它', { target, field: 'notifyUrl' })]
  if (!network)
    return findings
  const body = '{"doctor":true}'
  const headers = { 'content-type': 'application/json' }
  const expected = await handleNotification({ ...deps, env: { ...deps.env, log: () => {} } }, { method: 'POST', path: notifyPath(key), headers, body: Buffer.from(body) })
  try {
    const answer = await deps.env.http({ method: 'POST', url, headers, body, timeoutMs: TIMEOUT_MS })
    const same = answer.status === expected.status && Buffer.from(answer.body).toString('utf8') === expected.body
    findings.push(same
      ? ok('notifyUrl', '回调地址可以访问，并会拒绝没有签名的通知', target)
      : fault('notifyUrl', `回调地址应答了 HTTP ${answer.status}，不是本插件的应答：请检查地址是否指向 vk-pay 函数，以及它的配置是否相同`, { target, field: 'notifyUrl' }))
  }
  catch (error) {
    findings.push(fault('notifyUrl', `回调地址无法访问：${safeText(error)}`, { target, field: 'notifyUrl' }))
  }
  return findings
}
