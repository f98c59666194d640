import { defineConfig } from 'vitest/config';

const SECOND = 1000;

/** One file at a time, each with the machine to itself. */
const alone = {
  maxWorkers: 1,
  execArgv: ['--max-old-space-size=2048'],
  testTimeout: 60 * SECOND,
  hookTimeout: 180 * SECOND,
};

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
          setupFiles: './test/support/freeze-text.ts',
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
          exclude: ['test/faults/long/**'],
          ...alone,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          // Every command and example of the documentation.
          name: 'docs',
          include: ['test/docs/**/*.test.ts'],
          ...alone,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          // The servers of the compose file as processes: `npm run test:compose`, no part of `npm test`.
          name: 'compose',
          include: ['test/compose/**/*.test.ts'],
          ...alone,
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          // What needs a CUDA device: `npm run test:gpu`, no part of `npm test`.
          name: 'gpu',
          include: ['test/gpu/**/*.test.ts'],
          ...alone,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          // Faults that take minutes: `npm run test:faults`, no part of `npm test`.
          name: 'faults',
          include: ['test/faults/long/**/*.test.ts'],
          exclude: ['test/faults/long/load.test.ts'],
          ...alone,
          sequence: { groupOrder: 5 },
        },
      },
      {
        extends: true,
        test: {
          // A thousand jobs with kills: `npm run test:load`, no part of `npm test`.
          name: 'load',
          include: ['test/faults/long/load.test.ts'],
          ...alone,
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
});
