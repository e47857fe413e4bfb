#!/usr/bin/env node
/** The command `vk-uni-pay`: `add` puts the plugin into a project and updates it, `gateway` starts the local channels. */
import { spawn } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { addPlugin, readPlugin } from './add.mjs'

const USAGE = `Usage: vk-uni-pay <command>
  add [project]      puts the plugin into a uni-app project (default: this folder), or updates it;
                     your own order handlers and actions stay as they are
    --force          replaces other files you have changed, too
  gateway [options]  starts the local WeChat Pay, Alipay and App Store; --help lists its options
  --version
  --help`

function add(args) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { force: { type: 'boolean' } } })
  const { folder, before, version, kept } = addPlugin(positionals[0] ?? '.', values)
  console.log(before ? `vk-uni-pay ${before} -> ${version} in ${folder}` : `vk-uni-pay ${version} in ${folder}`)
  for (const file of kept)
    console.log(`  kept yours: ${file}`)
}

/** In a process of its own: the gateway reads its own command line. */
function gateway(args) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../gateway/main.js', import.meta.url)), ...args], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => child.kill(signal))
  child.on('exit', code => process.exitCode = code ?? 1)
}

const commands = {
  add,
  gateway,
  '--version': () => console.log(readPlugin().version),
  '--help': () => console.log(USAGE),
}

const [name = '--help', ...args] = process.argv.slice(2)
try {
  if (!Object.hasOwn(commands, name))
    throw new Error(`no such command: ${name}\n${USAGE}`)
  commands[name](args)
}
catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
