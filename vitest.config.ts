import { defineConfig } from 'vitest/config';

const left = ['node_modules/**', 'dist/**', 'cdk.out/**'];

/** Tests that read templates. They share what they load, since CDK and a synthesis cost seconds, and change nothing of it. */
const stackTests = [
  'test/{stack,alarms}/**/*.test.ts',
  '{lib,cli}/**/*.test.ts',
  'bench/scaling/**/*.test.ts',
  'examples/existing-account/**/*.test.ts',
];

// Conditions come true when processes have started and answered, which a busy machine delays.
const patience = { testTimeout: 30_000, hookTimeout: 60_000, expect: { poll: { timeout: 15_000 } } };

/** One run for every folder: real Postgres from the global set-up, two processes for a two-core machine. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { ...patience, name: 'stack', include: stackTests, exclude: left, isolate: false } },
      {
        test: {
          ...patience,
          name: 'runtime',
          include: ['**/*.test.ts'],
          exclude: [...left, ...stackTests],
          globalSetup: ['test/global-setup.ts'],
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['worker/**', 'ledger/**', 'messages/**', 'tasks/**', 'lambdas/**'],
      exclude: ['**/*.test.ts', '**/*.sql', '**/Dockerfile'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { branches: 90 },
    },
  },
});
