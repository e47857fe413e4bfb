import type { Buffer } from 'node:buffer'
import { XMLParser } from 'fast-xml-parser'

/** The fields of a message; every value a text. */
export type Params = Readonly<Record<string, string>>

const parser = new XMLParser({ ignoreAttributes: false, ignoreDeclaration: true, parseTagValue: false, trimValues: false, processEntities: true })

function isFlat(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && Object.values(value).every(one => typeof one === 'string')
}

/** The fields of `<xml>`; nothing for anything that is not one flat element with each field once. */
export function readXml(body: Buffer): Params | undefined {
  const text = body.toString('utf8')
  if (/<!DOCTYPE/i.test(text))
    return undefined
  try {
    const { xml } = parser.parse(text, true) as { xml?: unknown }
    if (typeof xml !== 'object' || xml === null)
      return undefined
    // what stands between the fields
    const { '#text': between = '', ...params } = xml as Record<string, unknown>
    return isFlat(params) && String(between).trim() === '' ? params : undefined
  }
  catch {
    return undefined
  }
}

/** As the channel writes: a section for each value, and its end within one written in two. */
export function writeXml(params: Params, root = 'xml'): string {
  const fields = Object.entries(params).map(([name, value]) => `<${name}><![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]></${name}>\n`)
  return `<${root}>${fields.join('')}</${root}>`
}
