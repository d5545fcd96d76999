import { defineConfig } from 'vitest/config';

/** One run for every folder: real Postgres from the global set-up, two processes for a two-core machine. */
export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**', 'cdk.out/**'],
    globalSetup: ['test/global-setup.ts'],
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Conditions come true when processes have started and answered, which a busy machine delays.
    expect: { poll: { timeout: 15_000 } },
    coverage: {
      provider: 'v8',
      include: ['worker/**', 'ledger/**', 'messages/**', 'tasks/**', 'lambdas/**'],
      exclude: ['**/*.test.ts', '**/*.sql', '**/Dockerfile'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { branches: 90 },
    },
  },
});
