/**
 * `npm run test:types`: what authors write against the assembled plugin and the npm package. Valid uses
 * must compile; each wrong one is announced where it stands, by `@ts-expect-error` or
 * `@vue-expect-error`, and one that compiles is an error, too. Needs the build.
 */
import { spawn } from 'node:child_process'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import process from 'node:process'
import { filledIn, snippets, usage } from './editors/snippets.mjs'
import { copyFresh, isThere, listFiles, writeText } from './lib/files.mjs'
import { inRoot } from './lib/root.mjs'

const TESTS = inRoot('test/types')
const PLUGIN = '@/uni_modules/vk-uni-pay/'
/** Made anew by each run. */
const folderOf = name => inRoot('.tmp/types', name)
const DIST = { plugin: inRoot('dist/uni_modules/vk-uni-pay'), npm: inRoot('dist/npm') }

/** The apps: where the plugin goes, what they write, and how they are checked. */
const apps = {
  /** The plugin as a folder of the app. */
  plugin: {
    tsconfig: tsconfig({ types: ['@dcloudio/types', '@uni-helper/uni-types'], uniTypes: true }),
    sources: ['app'],
    installed: 'plugin',
  },
  /** The package in node_modules, with the Node host and the kit for tests beside the app. */
  npm: {
    tsconfig: tsconfig({ types: ['@dcloudio/types', '@uni-helper/uni-types', 'vk-uni-pay/global', 'node'], uniTypes: true }),
    sources: ['app', 'npm'],
    installed: 'npm',
  },
  /** Nothing but uni-app's own types: no types of Node, no further tools, and a compiler that is strict with sources. */
  plain: {
    tsconfig: tsconfig({ types: ['@dcloudio/types'], noUnusedLocals: true, noUnusedParameters: true, noUncheckedIndexedAccess: true, noImplicitOverride: true, noFallthroughCasesInSwitch: true, noImplicitReturns: true, verbatimModuleSyntax: true }),
    sources: ['plain'],
    installed: 'plugin',
  },
}

const asked = process.argv.slice(2)
const names = asked.length > 0 ? asked : Object.keys(apps)
for (const name of names)
  prepare(name)
const failed = (await Promise.all(names.map(check))).flat()
if (failed.length > 0) {
  console.error(failed.join('\n'))
  process.exitCode = 1
}

/** As an app of the official template has it; with `uniTypes` unknown tags are errors, for it knows those of uni-app. */
function tsconfig({ types, uniTypes = false, ...more }) {
  return {
    compilerOptions: {
      target: 'ESNext',
      module: 'ESNext',
      moduleResolution: 'Bundler',
      jsx: 'preserve',
      lib: ['ESNext', 'DOM'],
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      paths: { '@/*': ['./src/*'] },
      types,
      ...more,
    },
    vueCompilerOptions: uniTypes ? { checkUnknownComponents: true, plugins: ['@uni-helper/uni-types/volar-plugin'] } : {},
    include: ['src'],
  }
}

function prepare(name) {
  const { sources, installed, tsconfig: config } = apps[name]
  const folder = folderOf(name)
  rmSync(folder, { recursive: true, force: true })
  if (!isThere(DIST[installed]))
    throw new Error(`${DIST[installed]} is not there: npm run build`)
  copyFresh(DIST[installed], installed === 'npm' ? `${folder}/node_modules/vk-uni-pay` : `${folder}/src/uni_modules/vk-uni-pay`)
  for (const source of sources)
    cpSync(`${TESTS}/${source}`, `${folder}/src/${source}`, { recursive: true })
  if (sources.includes('app'))
    writeSnippets(`${folder}/src/snippets`, installed)
  writeText(`${folder}/src/App.vue`, '<template>\n  <view />\n</template>\n')
  writeText(`${folder}/tsconfig.json`, JSON.stringify(config, null, 2))
  if (installed === 'npm')
    rename(`${folder}/src`)
}

/** The same sources, importing from the package. */
function rename(folder) {
  for (const file of listFiles(folder))
    writeText(`${folder}/${file}`, readFileSync(`${folder}/${file}`, 'utf8').replaceAll(PLUGIN, 'vk-uni-pay/'))
}

/** What a snippet leaves behind must compile as it is. */
function writeSnippets(folder, installed) {
  const kinds = { page: 'vue', main: 'ts', script: 'ts' }
  for (const { prefix, kind, body } of snippets(installed)) {
    if (kinds[kind])
      writeText(`${folder}/${prefix}.${kinds[kind]}`, `${filledIn(body)}\n${kind === 'script' ? 'export { order }\n' : ''}`)
  }
  writeText(`${folder}/App.vue`, '<template>\n  <view />\n</template>\n')
  writeText(`${folder}/tags.vue`, tagsPage(`${PLUGIN}`))
}

/** All tags on one page, with what their placeholders stand for. */
function tagsPage(from) {
  return `<script setup lang="ts">
import { ref } from 'vue'
import type { VkPayCashierInstance } from '${from}components/vk-pay-cashier/types'
import type { VkUniPayInstance } from '${from}components/vk-uni-pay/types'

const order = { out_trade_no: 'ORDER_0001', total_fee: 100, subject: '高山乌龙茶', type: 'goods' }
const orderNo = 'ORDER_0001'
const codeUrl = ref('')
const expiresAt = Date.now() + 60000
const status = ref(0)
const cashier = ref<VkPayCashierInstance>()
const vkPay = ref<VkUniPayInstance>()
const onSuccess = () => cashier.value?.close()
const onFail = onSuccess
const onCancel = onSuccess
const onPending = onSuccess
const onRefresh = () => vkPay.value?.queryPayment()
const onFinish = onSuccess
const onRepay = onSuccess
</script>

<template>
  <view>
${Object.values(usage).map(filledIn).join('\n')}
  </view>
</template>
`
}

/** @returns what the compiler found, each at its place */
function check(name) {
  const folder = folderOf(name)
  const startedAt = Date.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [inRoot('node_modules/vue-tsc/bin/vue-tsc.js'), '--pretty', 'false', '-p', folder], { cwd: folder })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', text => said += text)
    child.on('error', reject)
    child.on('close', (status) => {
      const found = said.split('\n').filter(line => line.includes('error TS'))
      if (status !== 0 && found.length === 0)
        return reject(new Error(`vue-tsc ended with ${status}\n${said}`))
      console.log(`types ${name}: ${found.length} unexpected, ${countWrong(`${folder}/src`)} wrong uses refused, ${Date.now() - startedAt} ms`)
      resolve(found.map(line => `${name}: ${line}`))
    })
  })
}

function countWrong(folder) {
  return listFiles(folder)
    .filter(file => !file.startsWith('uni_modules/'))
    .reduce((sum, file) => sum + (readFileSync(`${folder}/${file}`, 'utf8').match(/@(?:ts|vue)-expect-error/g) ?? []).length, 0)
}
