import { defineConfig } from 'vitest/config'

/** What is published, used as a stranger would: from the zip and from the npm package. The build comes first. */
export default defineConfig({
  test: {
    name: 'packages',
    environment: 'node',
    // each mini-program boots into the global scope
    pool: 'forks',
    include: ['test/packages/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
})
