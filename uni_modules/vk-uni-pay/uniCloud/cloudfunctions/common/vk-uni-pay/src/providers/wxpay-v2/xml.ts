/*! Bundled: saxes (ISC), (c) Louis-Dominique Dubeau and Contributors; sax (ISC), (c) Isaac Z. Schlueter and Contributors; xmlchars (MIT), (c) Louis-Dominique Dubeau and Contributors */
/**
 * The XML of WeChat Pay v2: one flat element whose children are the fields. What is more than that
 * is refused, because two readers of one message must not see two messages: no DOCTYPE, no entity
 * but the five of XML itself, no comment, no attribute, no element inside a field, no field twice.
 */
import { Buffer } from 'node:buffer'
import { SaxesParser } from 'saxes'

/** Fields by name, every value a text exactly as sent. A map: `__proto__` is a name like any other. */
export type Fields = ReadonlyMap<string, string>

/** A refund query about fifty refunds has some 30 KB; more than this is no message of the channel. */
export const LARGEST_XML = 131_072
const MOST_FIELDS = 2_000
const NAME = /^[a-z_]\w{0,63}$/i

/** The text is not a message. Its sentence names the rule, and quotes nothing. */
export class XmlError extends Error {
  override readonly name = 'XmlError'
}

function refuse(what: string): never {
  throw new XmlError(what)
}

/** The text of bytes that are UTF-8, every one of them. @throws XmlError */
function decode(body: Uint8Array): string {
  if (body.length > LARGEST_XML)
    refuse(`more than ${LARGEST_XML} bytes`)
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : refuse('not UTF-8')
}

/** Builds the map while the parser walks; each step refuses what it does not expect. */
function collector(root: string) {
  const fields = new Map<string, string>()
  let depth = 0
  let name = ''
  let value = ''
  return {
    fields,
    open(tag: string) {
      depth += 1
      if (depth === 1 && tag !== root)
        refuse(`the root is not <${root}>`)
      if (depth > 2)
        refuse('an element inside a field')
      if (!NAME.test(tag))
        refuse('a name that is none of a field')
      if (depth < 2)
        return
      if (fields.has(tag))
        refuse('a field twice')
      if (fields.size >= MOST_FIELDS)
        refuse(`more than ${MOST_FIELDS} fields`)
      name = tag
      value = ''
    },
    text(text: string) {
      if (depth === 2)
        value += text
      else if (text.trim() !== '')
        refuse('text outside of a field')
    },
    cdata(text: string) {
      if (depth !== 2)
        refuse('text outside of a field')
      value += text
    },
    close() {
      if (depth === 2)
        fields.set(name, value)
      depth -= 1
    },
  }
}

/** Reads a message. @throws XmlError when it is anything but one flat element of UTF-8 text */
export function parseXml(body: Uint8Array, root = 'xml'): Fields {
  const text = decode(body)
  const parser = new SaxesParser({ xmlns: false, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true })
  const { fields, ...on } = collector(root)
  // in words of our own: the parser's may quote the text
  parser.on('error', error => refuse(/entity/.test(error.message) ? 'an entity that XML itself does not have' : 'not well-formed'))
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8')
      refuse('an encoding that is not UTF-8')
  })
  parser.on('doctype', () => refuse('a DOCTYPE'))
  parser.on('processinginstruction', () => refuse('a processing instruction'))
  parser.on('comment', () => refuse('a comment'))
  parser.on('attribute', () => refuse('an attribute'))
  parser.on('opentag', tag => on.open(tag.name))
  parser.on('text', on.text)
  parser.on('cdata', on.cdata)
  parser.on('closetag', on.close)
  parser.write(text).close()
  return fields
}

/** A line feed in place of a carriage return would not be what was signed; and no XML can hold a control character. */
// eslint-disable-next-line no-control-regex -- they are what must not be there
const FORBIDDEN = /[\0-\x08\v\f\x0E-\x1F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

/** Whether a text can be a value of a message. */
export const isXmlText = (text: string): boolean => !FORBIDDEN.test(text)

function escaped(value: string): string {
  if (/^[\w.:/-]*$/.test(value))
    return value
  // a section cannot hold its own end, and a parser makes a line feed of a carriage return
  return `<![CDATA[${value.split(']]>').join(']]]]><![CDATA[>').split('\r').join(']]>&#13;<![CDATA[')}]]>`
}

/** Writes a message; empty values are left out, as they are of the signature. @throws XmlError for what XML cannot hold */
export function writeXml(fields: Iterable<readonly [string, string]>): string {
  let text = ''
  for (const [name, value] of fields) {
    if (value === '')
      continue
    if (!NAME.test(name) || !isXmlText(value))
      refuse('a name or a character that XML cannot hold')
    text += `<${name}>${escaped(value)}</${name}>`
  }
  return `<xml>${text}</xml>`
}
