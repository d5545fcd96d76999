import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that wait for leases, clocks and processes for longer than all others: they wait while others compute. */
const slow = [
  'test/end-to-end.test.ts',
  'test/stack/prod-runs-here.test.ts',
  'worker/isolation.test.ts',
  'worker/worker-process.test.ts',
  'worker/health.test.ts',
  'local/postgres.test.ts',
];

/** Starts with what takes longest, so that nothing long is left to a single process at the end. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification): number => {
      const at = slow.indexOf(path.relative(this.ctx.config.root, moduleId));
      return at === -1 ? slow.length : at;
    };
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}
