import { spawn } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { isThere } from './files.mjs'
import { inRoot } from './root.mjs'

/** Targets, and the file without which a build is none: uni-app builds a plain web page when it does not find its platform. */
export const targets = {
  'h5': 'index.html',
  'mp-weixin': 'app.json',
  'mp-alipay': 'app.json',
  'mp-toutiao': 'app.json',
  'app': 'app-service.js',
}

/**
 * Builds the uni-app in `folder` for production.
 *
 * @param {string} folder has a package.json that lists the `@dcloudio` packages, vite.config.ts and src
 * @param {keyof typeof targets} target
 * @param {Record<string, string>} [env] such as `VITE_VK_PAY_URL`
 * @returns {Promise<string>} folder of the output
 * @throws {Error} with what the compiler said, when it fails or makes no app
 */
export async function uniBuild(folder, target, env = {}) {
  const said = await run(folder, ['build', '-p', target], env)
  const output = join(folder, 'dist/build', target)
  if (!isThere(join(output, targets[target])))
    throw new Error(`${target}: no ${targets[target]} came of the build\n${said}`)
  return output
}

/** The cli is started from node itself: stopping an `npx` would leave its child behind. */
function run(folder, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [inRoot('node_modules/@dcloudio/vite-plugin-uni/bin/uni.js'), ...args], {
      cwd: folder,
      env: { ...withoutTestEnv(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', text => said += text)
    child.on('error', reject)
    child.on('close', code => code === 0 ? resolve(said) : reject(new Error(`uni ${args.join(' ')} ended with ${code}\n${said}`)))
  })
}

/** A test runner's own variables would make it a development build, or one without a platform. */
function withoutTestEnv() {
  const { NODE_ENV, VITEST, VITEST_MODE, VITEST_POOL_ID, VITEST_WORKER_ID, TEST, PROD, DEV, SSR, MODE, BASE_URL, UNI_PLATFORM, ...env } = process.env
  return env
}
