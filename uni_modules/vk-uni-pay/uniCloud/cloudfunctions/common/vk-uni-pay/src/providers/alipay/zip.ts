/**
 * Reads a ZIP file through its central directory (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12,
 * 4.3.16): a bill is one, and a cloud function has no library for it. Stored and deflated entries,
 * no encryption, no ZIP64.
 */
import type { Buffer } from 'node:buffer'
import { inflateRawSync } from 'node:zlib'

const END = 0x06054B50
const CENTRAL = 0x02014B50
const LOCAL = 0x04034B50
const END_LENGTH = 22
const CENTRAL_LENGTH = 46
const LOCAL_LENGTH = 30
const LONGEST_COMMENT = 0xFFFF
const ENCRYPTED = 1

const broken = (why: string): RangeError => new RangeError(`not a readable zip file: ${why}`)

/** Looks from the end, where it stands before a comment of any length. */
function findEnd(file: Buffer): number {
  for (let at = file.length - END_LENGTH; at >= Math.max(0, file.length - END_LENGTH - LONGEST_COMMENT); at -= 1) {
    if (file.readUInt32LE(at) === END)
      return at
  }
  throw broken('no directory')
}

interface Entry { method: number, packed: number, size: number, offset: number, next: number }

function readEntry(file: Buffer, at: number): Entry {
  if (at + CENTRAL_LENGTH > file.length || file.readUInt32LE(at) !== CENTRAL)
    throw broken('directory is cut off')
  if ((file.readUInt16LE(at + 8) & ENCRYPTED) !== 0)
    throw broken('it is encrypted')
  const extra = file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32)
  return {
    method: file.readUInt16LE(at + 10),
    packed: file.readUInt32LE(at + 20),
    size: file.readUInt32LE(at + 24),
    offset: file.readUInt32LE(at + 42),
    next: at + CENTRAL_LENGTH + extra,
  }
}

function contentOf(file: Buffer, { method, packed, size, offset }: Entry): Buffer {
  if (offset + LOCAL_LENGTH > file.length || file.readUInt32LE(offset) !== LOCAL)
    throw broken('entry is cut off')
  const start = offset + LOCAL_LENGTH + file.readUInt16LE(offset + 26) + file.readUInt16LE(offset + 28)
  const data = file.slice(start, start + packed)
  if (data.length !== packed || (method !== 0 && method !== 8))
    throw broken(method === 0 || method === 8 ? 'entry is cut off' : `method ${method}`)
  const content = method === 0 ? data : inflate(data, size)
  if (content.length !== size)
    throw broken('entry has another size')
  return content
}

function inflate(data: Buffer, size: number): Buffer {
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(size, 1) })
  }
  catch {
    throw broken('entry cannot be unpacked')
  }
}

/** Contents of the files, in their order. @throws RangeError when it is no such file, or `largest` bytes are not enough for all of it */
export function unzip(file: Buffer, largest: number): Buffer[] {
  if (file.length < END_LENGTH)
    throw broken('too short')
  const end = findEnd(file)
  const contents: Buffer[] = []
  let total = 0
  let at = file.readUInt32LE(end + 16)
  for (let left = file.readUInt16LE(end + 10); left > 0; left -= 1) {
    const entry = readEntry(file, at)
    total += entry.size
    if (total > largest)
      throw broken('it is too large')
    contents.push(contentOf(file, entry))
    at = entry.next
  }
  return contents
}
