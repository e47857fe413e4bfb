import { defineConfig } from 'vitest/config'

/** The cloud side and the gateway, on plain Node. */
export default defineConfig({
  test: {
    name: 'cloud',
    environment: 'node',
    include: ['test/cloud/**/*.test.ts', 'test/gateway/**/*.test.ts'],
    globalSetup: ['test/cloud/support/postgres/setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
