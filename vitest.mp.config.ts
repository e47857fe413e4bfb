import { defineConfig } from 'vitest/config'

/** The compiled mini-program, driven as a payer would. The build comes first, see `test/mp/support/build.ts`. */
export default defineConfig({
  test: {
    name: 'mini-program',
    environment: 'node',
    // each file boots an app of its own into the global scope
    pool: 'forks',
    include: ['test/mp/**/*.test.ts'],
    globalSetup: 'test/mp/support/build.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
})
