import type { ServerResponse } from 'node:http'
import { createReadStream, statSync } from 'node:fs'
import { extname, join, normalize, resolve, sep } from 'node:path'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
}

/** Serves the files of one folder and nothing beside it. */
export function staticFiles(folder: string | undefined): (path: string, response: ServerResponse) => void {
  const root = folder === undefined ? undefined : resolve(folder)
  return (path, response) => {
    const file = root && join(root, normalize(decode(path)), path.endsWith('/') ? 'index.html' : '')
    if (!root || !file?.startsWith(root + sep) || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('没有这个页面')
      return
    }
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'cache-control': 'no-cache' })
    createReadStream(file).pipe(response)
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  }
  catch {
    return '/'
  }
}
