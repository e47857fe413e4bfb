/** Changes to bytes, headers and addresses, whatever the channel. Each answers a new request. */
import { Buffer } from 'node:buffer'
import type { RawRequest } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/core/ports'
import type { Random } from '../storm/random'

type Change<T> = (value: T, random: Random) => T

const HUGE = 300_000
const DEPTH = 60_000

/** Texts that parsers trip over: XML for the channels that speak it, JSON and forms for the others. */
export const nastyTexts: readonly string[] = [
  '',
  ' ',
  '\u0000',
  '\uFEFF{}',
  'null',
  '[]',
  '"text"',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"resource":{"__proto__":{"ciphertext":"x"}}}',
  '{"a":1e999,"b":-0,"c":9007199254740993}',
  '['.repeat(DEPTH),
  `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`,
  '{"a":'.repeat(DEPTH),
  '<xml>'.repeat(DEPTH),
  '<xml></xml>',
  '<xml><return_code><![CDATA[SUCCESS]]></return_code></xml>',
  '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><xml><return_code>&b;</return_code></xml>',
  '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><appid>&a;</appid></xml>',
  '<xml><a><![CDATA[<![CDATA[x]]>]]></a><!-- <sign>x</sign> --></xml>',
  `<xml>${'<a>1</a>'.repeat(20_000)}</xml>`,
  '<xml><__proto__>x</__proto__><sign>x</sign><sign>y</sign></xml>',
  'a=1&a=2',
  '__proto__=x&sign=y',
  '%',
  'a=%zz&sign=%00',
  `sign=${'%41'.repeat(50_000)}`,
  '&'.repeat(100_000),
  'a'.repeat(HUGE),
]

function somewhere(bytes: Uint8Array, random: Random): [number, number] {
  const start = random.below(bytes.length + 1)
  return [start, Math.min(bytes.length, start + 1 + random.below(20))]
}

const join = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts)
const randomBytes = (random: Random): Buffer => Buffer.from(Array.from({ length: 1 + random.below(16) }, () => random.below(256)))

const bodies: readonly Change<Uint8Array>[] = [
  (body, random) => {
    const bytes = Buffer.from(body)
    const at = random.below(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
    return bytes
  },
  (body, random) => join(body.subarray(0, random.below(body.length))),
  (body, random) => {
    const [start, end] = somewhere(body, random)
    return join(body.subarray(0, start), body.subarray(end))
  },
  (body, random) => {
    const [start, end] = somewhere(body, random)
    return join(body.subarray(0, end), body.subarray(start))
  },
  (body, random) => {
    const [start] = somewhere(body, random)
    return join(body.subarray(0, start), randomBytes(random), body.subarray(start))
  },
  // valid in no encoding
  (body, random) => {
    const [start] = somewhere(body, random)
    return join(body.subarray(0, start), Buffer.from([0xC3, 0x28, 0xFF, 0xFE]), body.subarray(start))
  },
  body => Buffer.from(Buffer.from(body).toString('utf8'), 'utf16le'),
  body => Buffer.from(Buffer.from(body).toString('utf8'), 'latin1'),
  body => Buffer.from(Buffer.from(body).toString('base64')),
  body => join(Buffer.from([0xEF, 0xBB, 0xBF]), body),
  body => join(body, Buffer.from('\r\n')),
  body => join(body, body),
  (_body, random) => Buffer.from(random.pick(nastyTexts)),
  (_body, random) => randomBytes(random),
  // one number becomes another
  (body, random) => Buffer.from(Buffer.from(body).toString('utf8').replace(/\d+(?:\.\d+)?/g, number => random.next() < 0.3 ? random.pick(['0', '-1', '1e400', '99999999999999999999', '0.1', `${number}0`]) : number)),
  // one value becomes another
  (body, random) => Buffer.from(Buffer.from(body).toString('utf8').replace(/"(?:[^"\\]|\\.)*"/g, text => random.next() < 0.1 ? random.pick(['null', '{}', '[]', '"__proto__"', '"\\u0000"', '1e999', `"${'x'.repeat(5_000)}"`]) : text)),
]

type Headers = Record<string, string>
const LONG = 'A'.repeat(20_000)

const headers: readonly Change<Headers>[] = [
  (all, random) => {
    const { [random.pick(Object.keys(all))]: _left, ...rest } = all
    return rest
  },
  (all, random) => ({ ...all, [random.pick(Object.keys(all))]: '' }),
  (all, random) => ({ ...all, [random.pick(Object.keys(all))]: random.pick([LONG, '\u0000', '微信', '0', '-1', 'NaN', 'undefined', '__proto__', '9'.repeat(400)]) }),
  // what node:http makes of a header that comes twice
  (all, random) => {
    const name = random.pick(Object.keys(all))
    return { ...all, [name]: `${all[name]}, ${all[name]}` }
  },
  (all, random) => {
    const [a, b] = [random.pick(Object.keys(all)), random.pick(Object.keys(all))]
    return { ...all, [a]: all[b] ?? '', [b]: all[a] ?? '' }
  },
  (all, random) => {
    const name = random.pick(Object.keys(all))
    const value = all[name] ?? ''
    const at = random.below(value.length + 1)
    return { ...all, [name]: value.slice(0, at) + random.pick(['', ' ', '=', '-', '.', '0', 'A']) + value.slice(at + random.below(2)) }
  },
  all => Object.fromEntries(Object.entries(all).map(([name, value]) => [name.toUpperCase(), value])),
  all => ({ ...all, '__proto__': 'x', 'constructor': 'x', 'content-encoding': 'gzip', 'transfer-encoding': 'chunked' }),
]

const paths: readonly Change<string>[] = [
  path => `${path}/`,
  path => `${path}/merchant_1`,
  path => `${path}/__proto__`,
  path => path.replace('_', '__'),
  path => path.replace(/_.*/, '___proto__'),
  path => path.replace(/[^/]+$/, 'constructor_prototype'),
  path => path.replace(/[^/]+$/, 'x'.repeat(10_000)),
  path => `/${'a/'.repeat(4_000)}${path}`,
  path => `${path}/../../x`,
  path => path.replace('vk-pay-notify', 'VK-PAY-NOTIFY'),
  path => `${path}?a=1`,
  path => path.toUpperCase(),
]

/** Changes one to three things of a request. */
export function mutate(request: RawRequest, random: Random): RawRequest {
  let changed = request
  for (let left = 1 + random.below(3); left > 0; left--) {
    const where = random.next()
    if (where < 0.6)
      changed = { ...changed, body: random.pick(bodies)(changed.body, random) }
    else if (where < 0.92 && Object.keys(changed.headers).length > 0)
      changed = { ...changed, headers: random.pick(headers)(changed.headers, random) }
    else
      changed = { ...changed, path: random.pick(paths)(changed.path, random) }
  }
  return changed
}

/** Values for where something else belongs. */
const nastyValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  Number.MAX_SAFE_INTEGER,
  1e308,
  '',
  ' ',
  '0',
  '1e3',
  '\u0000',
  '\uD800',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  'pay-notify/goods',
  '<script>',
  '$where',
  '中'.repeat(3_000),
  'x'.repeat(100_000),
  [],
  [1, [2]],
  {},
  { $gt: '' },
  { $ne: null },
  { op: 'inc', args: [1] },
  JSON.parse('{"__proto__":{"polluted":true}}'),
  JSON.parse(`${'['.repeat(2_000)}${']'.repeat(2_000)}`),
]

/** A call of a client with some of its fields changed, left out, or added. */
export function mutateCall(call: Record<string, unknown>, random: Random): Record<string, unknown> {
  const entries = Object.entries(call).flatMap(([name, value]): [string, unknown][] => {
    const luck = random.next()
    if (luck < 0.08)
      return []
    if (luck < 0.25)
      return [[name, random.pick(nastyValues)]]
    return typeof value === 'object' && value !== null && !Array.isArray(value) && luck < 0.8
      ? [[name, mutateCall(value as Record<string, unknown>, random)]]
      : [[name, value]]
  })
  if (random.next() < 0.2)
    entries.push([random.pick(['status', 'user_id', '_id', 'pid', 'other', 'custom', 'time_expire', 'await_notify', 'pay_order_info', 'constructor']), random.pick(nastyValues)])
  return Object.fromEntries(entries)
}
