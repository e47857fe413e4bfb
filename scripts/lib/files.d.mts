export function listFiles(dir: string): string[]
export function writeText(file: string, text: string | Uint8Array): void
export function readJson(file: string): unknown
export function copyFresh(from: string, to: string): void
export function sizeOf(file: string): number
export function isThere(file: string): boolean
export function kilobytes(bytes: number): string
