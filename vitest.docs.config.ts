import { defineConfig } from 'vitest/config'

/** Every code block of the readmes and the documentation: compiled, loaded, run, or looked up. */
export default defineConfig({
  test: {
    name: 'docs',
    environment: 'node',
    include: ['test/docs/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
