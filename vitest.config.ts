import { defineConfig } from 'vitest/config'

const everywhere = { environment: 'node', pool: 'forks', setupFiles: ['test/fast-check.ts'] }

export default defineConfig({
  test: {
    // `e2e` starts the built program and `browser` needs the built script, so that a build comes first; `unit` needs none.
    projects: [
      {
        test: {
          ...everywhere,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/browser/**', 'test/fixtures/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...everywhere,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['scripts/vitest/build-once.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...everywhere,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['scripts/vitest/build-once.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
    maxWorkers: 2,
    reporters: ['default', './scripts/vitest/skipped-reporter.ts'],
  },
})
