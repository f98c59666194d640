import { defineConfig } from 'vitest/config';

const SECOND = 1000;

export default defineConfig({
  test: {
    pool: 'forks',
    globalSetup: './test/support/global-setup.ts',
    reporters: ['default', './test/support/reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          maxWorkers: 2,
          execArgv: ['--max-old-space-size=1024'],
          testTimeout: 10 * SECOND,
          hookTimeout: 10 * SECOND,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          // Tests that start processes and use every core: one file at a time.
          name: 'parts',
          include: ['test/{integration,formats,faults}/**/*.test.ts'],
          maxWorkers: 1,
          execArgv: ['--max-old-space-size=2048'],
          testTimeout: 60 * SECOND,
          hookTimeout: 180 * SECOND,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
