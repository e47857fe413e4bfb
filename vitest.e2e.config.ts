import { defineConfig } from 'vitest/config'

/** A real browser on the built shop, a real server, and the gateway over HTTP. */
export default defineConfig({
  test: {
    name: 'browser',
    environment: 'node',
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
