/** Alipay signs the characters of one member of its answer, exactly as they were sent. */

const isSpace = (character: string | undefined): boolean => character === ' ' || character === '\n' || character === '\r' || character === '\t'

function skipSpace(text: string, from: number): number {
  let at = from
  while (isSpace(text[at]))
    at += 1
  return at
}

/** Behind the closing quote of the string that starts here. */
function stringEnd(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"')
    at += text[at] === '\\' ? 2 : 1
  return at + 1
}

/** Behind the value that starts here. */
function valueEnd(text: string, start: number): number {
  let depth = 0
  let at = start
  do {
    const character = text[at]
    if (character === '"') {
      at = stringEnd(text, at)
      continue
    }
    if (character === '{' || character === '[')
      depth += 1
    else if (character === '}' || character === ']')
      depth -= 1
    at += 1
  } while (depth > 0 || (text[at] !== ',' && text[at] !== '}' && at < text.length))
  return at
}

/** The members of a JSON object, their values as written. */
export interface RawAnswer {
  values: Record<string, unknown>
  raw: Map<string, string>
}

/**
 * Reads an answer and keeps the text of each member. A name that comes twice could be signed once
 * and read the other time: then nothing is read. Nothing, too, when it is no JSON object.
 */
export function readAnswer(text: string): RawAnswer | undefined {
  let values: unknown
  try {
    values = JSON.parse(text)
  }
  catch {
    return undefined
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    return undefined
  // it is known to be well-formed from here on
  const raw = new Map<string, string>()
  let at = skipSpace(text, skipSpace(text, 0) + 1)
  while (text[at] === '"') {
    const nameEnd = stringEnd(text, at)
    const name = JSON.parse(text.slice(at, nameEnd)) as string
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1)
    const end = valueEnd(text, start)
    if (raw.has(name))
      return undefined
    raw.set(name, text.slice(start, end).trim())
    at = skipSpace(text, skipSpace(text, end) + 1)
  }
  return { values: values as Record<string, unknown>, raw }
}
