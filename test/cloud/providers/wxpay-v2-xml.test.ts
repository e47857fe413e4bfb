import { Buffer } from 'node:buffer'
import { XMLParser } from 'fast-xml-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isXmlText, LARGEST_XML, parseXml, writeXml, XmlError } from '../../../uni_modules/vk-uni-pay/uniCloud/cloudfunctions/common/vk-uni-pay/src/providers/wxpay-v2/xml'
import { goodsOrder } from '../support/shop'
import { request } from '../support/wechat-v2'
import { notified, openV2Shop, paidAtV2 } from './wxpay-v2-support'

const read = (text: string | Buffer, root?: string) => parseXml(Buffer.from(text as string), root)
const fieldsOf = (text: string | Buffer) => [...read(text)]

describe('v2 XML: what is read', () => {
  const good: [string, string, [string, string][]][] = [
    ['the form of the documents', '<xml>\n<return_code><![CDATA[SUCCESS]]></return_code>\n<total_fee>1</total_fee>\n</xml>', [['return_code', 'SUCCESS'], ['total_fee', '1']]],
    ['a declaration', '<?xml version="1.0" encoding="UTF-8"?><xml><a>1</a></xml>', [['a', '1']]],
    ['an encoding in lower case', '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<xml><a>1</a></xml>\n', [['a', '1']]],
    ['a byte order mark of UTF-8', '\uFEFF<xml><a>1</a></xml>', [['a', '1']]],
    ['blanks that are part of a value', '<xml><a>  1 \t</a><b><![CDATA[ 2 ]]></b></xml>', [['a', '  1 \t'], ['b', ' 2 ']]],
    ['values that look like something', '<xml><a>007</a><b>1e3</b><c>true</c><d>null</d><e>0x10</e></xml>', [['a', '007'], ['b', '1e3'], ['c', 'true'], ['d', 'null'], ['e', '0x10']]],
    ['a section split in two', '<xml><a><![CDATA[x]]]]><![CDATA[>y]]></a></xml>', [['a', 'x]]>y']]],
    ['a section between texts', '<xml><a>x<![CDATA[<y>]]>z</a></xml>', [['a', 'x<y>z']]],
    ['markup in a section', '<xml><a><![CDATA[</a><sign>1</sign>&amp;]]></a></xml>', [['a', '</a><sign>1</sign>&amp;']]],
    ['the five entities of XML, and characters by number', '<xml><a>&lt;&gt;&amp;&quot;&apos;&#65;&#x4E2D;</a></xml>', [['a', '<>&"\'A中']]],
    ['an entity once only', '<xml><a>&amp;lt;</a></xml>', [['a', '&lt;']]],
    ['empty fields', '<xml><a></a><b/><c><![CDATA[]]></c></xml>', [['a', ''], ['b', ''], ['c', '']]],
    ['no field', '<xml></xml>', []],
    ['characters of four bytes', '<xml><a>😀</a></xml>', [['a', '😀']]],
    ['names that mean something elsewhere', '<xml><__proto__>1</__proto__><constructor>2</constructor><toString>3</toString></xml>', [['__proto__', '1'], ['constructor', '2'], ['toString', '3']]],
  ]
  it.each(good)('%s', (_, text, fields) => {
    expect(fieldsOf(text)).toEqual(fields)
  })

  it('harms nobody: a map has no prototype to poison', () => {
    read('<xml><__proto__>polluted</__proto__></xml>')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(Object.prototype).not.toHaveProperty('polluted')
  })
})

const bomb = `<!DOCTYPE x [<!ENTITY a "lol">${Array.from({ length: 10 }, (_, n) => `<!ENTITY a${n} "${`&a${n ? n - 1 : ''};`.repeat(10)}">`).join('')}]><xml><a>&a9;</a></xml>`

describe('v2 XML: what is refused', () => {
  const bad: [string, string | Buffer][] = [
    ['nothing', ''],
    ['blanks', ' \n '],
    ['JSON', '{"a":1}'],
    ['text', 'SUCCESS'],
    ['a billion laughs', bomb],
    ['a DOCTYPE alone', '<!DOCTYPE xml><xml><a>1</a></xml>'],
    ['a DOCTYPE in lower case', '<!doctype xml><xml><a>1</a></xml>'],
    ['an external entity', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><a>&e;</a></xml>'],
    ['an external DTD', '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><xml><a>1</a></xml>'],
    ['a parameter entity', '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]><xml><a>1</a></xml>'],
    ['a DOCTYPE after the root', '<xml><a>1</a></xml><!DOCTYPE x>'],
    ['an entity of HTML', '<xml><a>&nbsp;</a></xml>'],
    ['an entity named as a method', '<xml><a>&toString;</a></xml>'],
    ['an entity without an end', '<xml><a>&amp</a></xml>'],
    ['a character that is none', '<xml><a>&#0;</a></xml>'],
    ['half a character by number', '<xml><a>&#xD800;</a></xml>'],
    ['a number too large', '<xml><a>&#x110000;</a></xml>'],
    ['sign twice', '<xml><sign>A</sign><sign>B</sign></xml>'],
    ['total_fee twice, the same', '<xml><total_fee>1</total_fee><total_fee>1</total_fee></xml>'],
    ['__proto__ twice', '<xml><__proto__>1</__proto__><__proto__>1</__proto__></xml>'],
    ['an element inside a field', '<xml><a><b>1</b></a></xml>'],
    ['a root inside the root', '<xml><xml><a>1</a></xml></xml>'],
    ['two roots', '<xml><a>1</a></xml><xml><a>2</a></xml>'],
    ['another root', '<root><a>1</a></root>'],
    ['the root in capitals', '<XML><a>1</a></XML>'],
    ['text between fields', '<xml>x<a>1</a></xml>'],
    ['a section between fields', '<xml><![CDATA[ ]]><a>1</a></xml>'],
    ['text after the root', '<xml><a>1</a></xml>x'],
    ['a comment between fields', '<xml><!-- x --><a>1</a></xml>'],
    ['a comment that splits a value', '<xml><total_fee>1<!-- -->00</total_fee></xml>'],
    ['a processing instruction', '<xml><?php echo 1?><a>1</a></xml>'],
    ['a stylesheet', '<?xml version="1.0"?><?xml-stylesheet href="x"?><xml><a>1</a></xml>'],
    ['an attribute', '<xml><a b="1">1</a></xml>'],
    ['an attribute of the root', '<xml xmlns="urn:x"><a>1</a></xml>'],
    ['a name with a prefix', '<xml><x:a>1</x:a></xml>'],
    ['a name with a point', '<xml><a.b>1</a.b></xml>'],
    ['a name of 65 characters', `<xml><${'a'.repeat(65)}>1</${'a'.repeat(65)}></xml>`],
    ['another end tag', '<xml><a>1</b></xml>'],
    ['an end tag in capitals', '<xml><a>1</A></xml>'],
    ['no end', '<xml><a>1</a>'],
    ['a section without an end', '<xml><a><![CDATA[1</a></xml>'],
    ['the end of a section in a text', '<xml><a>]]></a></xml>'],
    ['a control character', '<xml><a>\u0001</a></xml>'],
    ['a NUL', '<xml><a>1\0</a></xml>'],
    ['a control character, said to be XML 1.1', '<?xml version="1.1"?><xml><a>&#1;</a></xml>'],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from('<xml><a>'), Buffer.from([0xC3, 0x28]), Buffer.from('</a></xml>')])],
    ['a slash written too long', Buffer.concat([Buffer.from('<xml><a>'), Buffer.from([0xC0, 0xAF]), Buffer.from('</a></xml>')])],
    ['half a character in UTF-8', Buffer.concat([Buffer.from('<xml><a>'), Buffer.from([0xED, 0xA0, 0x80]), Buffer.from('</a></xml>')])],
    ['GBK', Buffer.concat([Buffer.from('<?xml version="1.0" encoding="GBK"?><xml><a>'), Buffer.from([0xD6, 0xD0]), Buffer.from('</a></xml>')])],
    ['said to be GBK', '<?xml version="1.0" encoding="GBK"?><xml><a>1</a></xml>'],
    ['said to be UTF-7', '<?xml version="1.0" encoding="UTF-7"?><xml><a>+ADw-b+AD4-</a></xml>'],
    ['UTF-16', Buffer.from('\uFEFF<xml><a>1</a></xml>', 'utf16le')],
    ['UTF-16 without a mark', Buffer.from('<xml><a>1</a></xml>', 'utf16le')],
    ['a declaration that is not first', ' <?xml version="1.0"?><xml><a>1</a></xml>'],
    ['two marks', '\uFEFF\uFEFF<xml><a>1</a></xml>'],
    ['too long', `<xml><a>${'x'.repeat(LARGEST_XML)}</a></xml>`],
    ['too many fields', `<xml>${Array.from({ length: 2_001 }, (_, n) => `<a${n}>1</a${n}>`).join('')}</xml>`],
    ['deep', `${'<a>'.repeat(20_000)}`],
    ['deep inside the root', `<xml>${'<a>'.repeat(20_000)}</xml>`],
  ]
  it.each(bad)('%s', (_, text) => {
    expect(() => read(text)).toThrow(XmlError)
    try {
      read(text)
    }
    catch (error) {
      // what is refused is not quoted
      expect((error as Error).message.length).toBeLessThan(60)
    }
  })

  it.each([bad[4]!, bad[7]!, bad[17]!, bad[30]!])('%s, as a notification: a clean 400, and nothing happens', async (_, text) => {
    const shop = await openV2Shop()
    await paidAtV2(shop)
    expect(await notified(shop, request(text))).toEqual({ status: 400, reason: 'malformed' })
    expect(shop.order()).toMatchObject({ status: 0 })
  })

  it('a genuine notification with a second sign, or a second amount, in front or behind', async () => {
    const shop = await openV2Shop()
    await paidAtV2(shop)
    const body = Buffer.from(shop.v2.notification('ORDER_1001').body).toString()
    for (const extra of ['<sign>X</sign>', '<total_fee>1</total_fee>', '<total_fee>100</total_fee>']) {
      for (const changed of [body.replace('<xml>', `<xml>${extra}`), body.replace('</xml>', `${extra}</xml>`)])
        expect((await shop.pay.paymentNotify(request(changed))).status).toBe(400)
    }
    expect(shop.order()).toMatchObject({ status: 0 })
    expect((await shop.pay.paymentNotify(request(body))).status).toBe(200)
  })
})

describe('v2 XML: what is written', () => {
  const parser = new XMLParser({ parseTagValue: false, trimValues: false })
  const awkward = ['', ' ', 'a&b', '<a>', ']]>', ']]', 'x]]>y]]>z', '"\'', '中文 😀', 'a\nb', '\t', '-->', '&amp;', '<![CDATA[x]]>']

  it.each(awkward)('%j is read as what it was, by us and by another reader', (value) => {
    const text = writeXml([['a', value], ['b', '1']])
    expect(read(text).get('a') ?? '').toBe(value)
    const { a = '' } = (parser.parse(text) as { xml: { a?: string } }).xml
    expect(a).toBe(value)
  })

  it('a carriage return stays one', () => {
    for (const value of ['a\rb', '\r\n', '\r', ']]>\r]]>'])
      expect(read(writeXml([['a', value]])).get('a')).toBe(value)
  })

  it('any text that XML can hold is read as what it was; the rest is refused', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (value) => {
      if (isXmlText(value))
        expect(read(writeXml([['a', value]])).get('a') ?? '').toBe(value)
      else
        expect(() => writeXml([['a', value]])).toThrow(XmlError)
    }), { numRuns: 2_000 })
  })

  it.each([['a b', '1'], ['', '1'], ['a>', '1'], ['1a', '1'], ['a', '\0'], ['a', '\uD800'], ['a', '\uFFFF']])('%j: %j cannot be written', (name, value) => {
    expect(() => writeXml([[name, value]])).toThrow(XmlError)
  })

  it('a subject full of markup reaches the channel as it is', async () => {
    const shop = await openV2Shop()
    await shop.pay.createPayment({ data: goodsOrder({ subject: '茶]]>&<b>"\'😀' }) })
    expect(shop.v2.calls[0]?.fields.body).toBe('茶]]>&<b>"\'😀')
  })
})
