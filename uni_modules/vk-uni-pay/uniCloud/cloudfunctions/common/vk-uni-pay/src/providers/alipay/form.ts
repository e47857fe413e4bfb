import { Buffer } from 'node:buffer'

/** A form that cannot be read in one way only. */
export class FormError extends Error {}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '))
  }
  catch {
    throw new FormError('a percent sequence is malformed')
  }
}

/**
 * `application/x-www-form-urlencoded`: `+` is a space, names come once. A map, so that a field
 * called `__proto__` is nothing but a field. @throws FormError
 */
export function decodeForm(body: Uint8Array): Map<string, string> {
  const fields = new Map<string, string>()
  for (const pair of Buffer.from(body).toString('utf8').split('&')) {
    const equals = pair.indexOf('=')
    if (equals < 1)
      throw new FormError('body is not a form')
    const name = decode(pair.slice(0, equals))
    if (fields.has(name))
      throw new FormError('a field comes twice')
    fields.set(name, decode(pair.slice(equals + 1)))
  }
  return fields
}

export type Params = Readonly<Record<string, string>>

export const encodeForm = (params: Params): string => Object.entries(params).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
