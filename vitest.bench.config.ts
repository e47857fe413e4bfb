import { defineConfig } from 'vitest/config'

/** Measurements that need the compiled app, see `scripts/bench-tap.mjs`. Nothing here passes or fails by a time. */
export default defineConfig({
  test: {
    name: 'bench',
    environment: 'node',
    pool: 'forks',
    fileParallelism: false,
    include: ['test/bench/tap/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
})
