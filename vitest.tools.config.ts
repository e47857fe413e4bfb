import { defineConfig } from 'vitest/config'

/** What the build makes for editors, the comments it makes them of, and the command that releases. The build comes first. */
export default defineConfig({
  test: {
    name: 'tools',
    environment: 'node',
    include: ['test/tools/**/*.test.ts'],
    testTimeout: 60_000,
  },
})
