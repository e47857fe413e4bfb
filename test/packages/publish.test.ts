import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { expect, it } from 'vitest'
import { listFiles } from '../../scripts/lib/files.mjs'
import { packed } from './support/fresh-app.mjs'

const pkgDir = fileURLToPath(new URL('../../dist/npm', import.meta.url))
/** Who resolves in these ways cannot import ES modules at all. */
const NOT_FOR = ['node10', 'node16-cjs']
/** Names the components themselves, which Volar reads and plain TypeScript does not: see test/types. */
const FOR_VOLAR = ['./global']

it('the npm package is as npm and bundlers want it', async () => {
  const { messages, pkg } = await publint({ pkgDir, strict: true })
  expect(messages.map(message => formatMessage(message, pkg))).toEqual([])
})

it('its types are found, and are those of what is imported', async () => {
  const analysis = await checkPackage(createPackageFromTarballData(packed()), { excludeEntrypoints: FOR_VOLAR })
  if (!analysis.types)
    throw new Error('the package has no types')
  const problems = analysis.problems.filter(problem => !('resolutionKind' in problem && NOT_FOR.includes(problem.resolutionKind)))
  expect(problems).toEqual([])
  expect(Object.keys(analysis.entrypoints)).toEqual(expect.arrayContaining(['.', './composables/usePayment', './composables/usePaymentStore', './js_sdk/vk-pay.js', './node', './testing', './testing/node', './testing/vite']))
})

it('holds no test, no source map and nothing of this machine', () => {
  const names = listFiles(pkgDir)
  expect(names.length).toBeGreaterThan(100)
  expect(names.filter(name => /\.test\.|\.map$|(?:^|\/)test\/|\.tmp/.test(name))).toEqual([])
  const here = fileURLToPath(new URL('../..', import.meta.url)).slice(0, -1)
  expect(names.filter(name => readFileSync(`${pkgDir}/${name}`, 'utf8').includes(here))).toEqual([])
})
