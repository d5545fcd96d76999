import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { SlowFirst } from './test/slow-first.ts';

const left = ['node_modules/**', 'dist/**', 'cdk.out/**'];

/** Tests that read templates. They share a synthesis, which costs seconds, and change nothing of it. */
const stackTests = [
  'test/{stack,alarms}/**/*.test.ts',
  '{lib,cli}/**/*.test.ts',
  'bench/scaling/**/*.test.ts',
  'examples/existing-account/**/*.test.ts',
];

const every = {
  // Conditions come true when processes have started and answered, which a busy machine delays.
  ...{ testTimeout: 60_000, hookTimeout: 120_000, expect: { poll: { timeout: 30_000 } } },
  // Files follow each other in one process: to start one and load AWS's SDK takes longer than most of them.
  isolate: false,
  setupFiles: ['test/leave-nothing.ts'],
  env: {
    // What processes of a test load is compiled once for all of them.
    NODE_COMPILE_CACHE: path.resolve('node_modules/.cache/compiled'),
    // Templates are held against CloudFormation's schemas once, where the apps are tried: it takes as long as all the rest.
    CDK_VALIDATION: 'false',
  },
};

/** One run for every folder: real Postgres from the global set-up, and more processes than processors, since many wait. */
export default defineConfig({
  test: {
    maxWorkers: 4,
    sequence: { sequencer: SlowFirst },
    projects: [
      { test: { ...every, name: 'stack', include: stackTests, exclude: left } },
      {
        test: {
          ...every,
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
