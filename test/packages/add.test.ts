import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listFiles, readJson, writeText } from '../../scripts/lib/files.mjs'
import { inRoot } from '../../scripts/lib/root.mjs'

const { version } = readJson(inRoot('package.json')) as { version: string }
const HANDLER = 'uniCloud/cloudfunctions/vk-pay/service/pay-notify/goods.js'

let place: string
let project: string
let plugin: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'vk-pay-add-'))
  project = join(place, 'shop')
  plugin = join(project, 'src/uni_modules/vk-uni-pay')
  writeText(join(project, 'src/manifest.json'), '{}')
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

function run(args: string[], packageFolder = inRoot('dist/npm')) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(packageFolder, 'cli/vk-uni-pay.mjs'), ...args], { cwd: place, encoding: 'utf8' })
  return { status, stdout, stderr }
}

const read = (file: string) => readFileSync(join(plugin, file), 'utf8')
const write = (file: string, text: string) => writeText(join(plugin, file), text)

/** The same package, as a later version with another readme and a file less. */
function laterPackage(): string {
  const folder = join(place, 'later')
  cpSync(inRoot('dist/npm'), folder, { recursive: true })
  const known = readJson(join(folder, 'cli/plugin.json')) as { version: string, files: Record<string, string>, manifest: { version: string } }
  known.version = known.manifest.version = '9.0.0'
  known.files['readme.md'] = 'another'
  delete known.files['components/uni-loading/uni-loading.vue']
  writeFileSync(join(folder, 'cli/plugin.json'), JSON.stringify(known))
  writeFileSync(join(folder, 'readme.md'), 'of 9.0.0')
  return folder
}

it.skipIf(process.platform === 'win32')('the command can be run where npm has only linked the package', () => {
  expect(statSync(inRoot('dist/npm/cli/vk-uni-pay.mjs')).mode & 0o111).toBe(0o111)
})

describe('a project without the plugin', () => {
  it('gets what the zip has', () => {
    expect(run(['add', 'shop'])).toMatchObject({ status: 0, stdout: expect.stringContaining(`vk-uni-pay ${version} in ${plugin}`), stderr: '' })
    expect(listFiles(plugin).filter(file => file !== '.installed.json')).toEqual(listFiles(inRoot('dist/uni_modules/vk-uni-pay')))
    expect(readJson(join(plugin, 'package.json'))).toEqual(readJson(inRoot('dist/uni_modules/vk-uni-pay/package.json')))
  })

  it('may be one of HBuilderX, without src, and may be the folder itself', () => {
    rmSync(project, { recursive: true })
    writeText(join(place, 'manifest.json'), '{}')
    expect(run(['add']).status).toBe(0)
    expect(existsSync(join(place, 'uni_modules/vk-uni-pay/components/vk-pay-button/vk-pay-button.vue'))).toBe(true)
  })

  it('may have it already, copied there by hand', () => {
    cpSync(inRoot('dist/uni_modules/vk-uni-pay'), plugin, { recursive: true })
    expect(run(['add', 'shop'])).toMatchObject({ status: 0, stderr: '' })
  })

  it('must be one of uni-app', () => {
    const { status, stderr } = run(['add', 'nowhere'])
    expect(status).toBe(1)
    expect(stderr).toContain('manifest.json')
    expect(listFiles(place)).toEqual(['shop/src/manifest.json'])
  })
})

describe('an update', () => {
  beforeEach(() => run(['add', 'shop']))

  it('brings the new files, takes the old away, and leaves the author\'s own', () => {
    write(HANDLER, '// mine')
    write('uniCloud/cloudfunctions/vk-pay/service/pay-notify/ticket.js', '// my type')
    write('uniCloud/cloudfunctions/vk-pay/service/pay/refund.js', '// my action')
    const { status, stdout } = run(['add', 'shop'], laterPackage())
    expect(status).toBe(0)
    expect(stdout).toContain(`vk-uni-pay ${version} -> 9.0.0`)
    expect(stdout).toContain(`kept yours: ${HANDLER}`)
    expect(read('readme.md')).toBe('of 9.0.0')
    expect(existsSync(join(plugin, 'components/uni-loading/uni-loading.vue'))).toBe(false)
    expect([HANDLER, 'uniCloud/cloudfunctions/vk-pay/service/pay-notify/ticket.js', 'uniCloud/cloudfunctions/vk-pay/service/pay/refund.js'].map(read)).toEqual(['// mine', '// my type', '// my action'])
    expect(readJson(join(plugin, 'package.json'))).toMatchObject({ version: '9.0.0' })
  })

  it('refuses to replace what was changed, and changes nothing; with --force it does', () => {
    write('readme.md', 'changed by me')
    const before = listFiles(plugin)
    const refused = run(['add', 'shop'], laterPackage())
    expect(refused.status).toBe(1)
    expect(refused.stderr).toMatch(/readme\.md\n[^/]*--force/)
    expect(listFiles(plugin)).toEqual(before)
    expect(read('readme.md')).toBe('changed by me')
    expect(run(['add', 'shop', '--force'], laterPackage()).status).toBe(0)
    expect(read('readme.md')).toBe('of 9.0.0')
  })

  it('takes another end of line for no change', () => {
    write('readme.md', read('readme.md').replaceAll('\n', '\r\n'))
    expect(run(['add', 'shop'], laterPackage()).status).toBe(0)
  })

  it('asks before it replaces a plugin that came from elsewhere', () => {
    rmSync(join(plugin, '.installed.json'))
    expect(run(['add', 'shop']).status).toBe(0)
    rmSync(join(plugin, '.installed.json'))
    write('components/vk-pay-button/vk-pay-button.vue', '<template />')
    expect(run(['add', 'shop'])).toMatchObject({ status: 1, stderr: expect.stringContaining('was not put there by this command') })
  })

  it('goes on after one that was killed between its two renames', () => {
    write(HANDLER, '// mine')
    renameSync(plugin, `${plugin}.old`)
    expect(run(['add', 'shop']).status).toBe(0)
    expect(read(HANDLER)).toBe('// mine')
    expect(existsSync(`${plugin}.old`)).toBe(false)
  })
})

it('says how it is used, its version, and what is no command', () => {
  expect(run([])).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: vk-uni-pay') })
  expect(run(['--version']).stdout.trim()).toBe(version)
  expect(run(['toString'])).toMatchObject({ status: 1, stderr: expect.stringContaining('no such command: toString') })
  expect(run(['gateway', '--help']).stdout).toContain('--merchant-dir')
})
