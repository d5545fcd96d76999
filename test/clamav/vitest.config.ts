import { defineConfig } from 'vitest/config';

/** What needs Debian's clamav-daemon; its files are no `*.test.ts`, so that `npm test` never asks for it. */
export default defineConfig({
  test: { dir: 'test/clamav', include: ['**/*.clamav.ts'], testTimeout: 60_000, hookTimeout: 120_000 },
});
