import { expect, it } from 'vitest';
import type { DemonstrationOutcome } from './demonstrate.ts';
import { expectEqual } from './expectations.ts';
import type { RunRow } from './run-rows.ts';
import { showOutcome } from './show-outcome.ts';

const run: RunRow = {
  runId: '0b6a9d3e-0000-5000-8000-000000000000',
  task: 'property-upload',
  source: '/somebody',
  state: 'done',
  attempts: 1,
  queuedSeconds: 1,
  workedSeconds: 2,
  input: {},
  result: { loaded: 235, rejected: 65 },
  reason: null,
};

function shown(outcome: Partial<DemonstrationOutcome>): string {
  const lines: string[] = [];
  const whole = {
    ok: true,
    seconds: 30,
    clockSpeed: 12,
    expectations: [],
    runs: [],
    workers: [{ seconds: 0, running: 0 }],
    ...outcome,
  };
  showOutcome(whole, { print: (line) => void lines.push(line), event: () => {} });
  return lines.join('\n');
}

it('tells in plain words what came of every run', () => {
  const runs = [run, { ...run, state: 'dead', result: null, reason: 'no such file' }];
  expect(shown({ runs })).toMatch(/done: loaded 235, rejected 65\n.* dead: no such file\n/);
});

it('says none for nothing, and what should have been where it is not so', () => {
  const expectations = [expectEqual('Every run is done', [], []), expectEqual('It is loaded', 3, 4)];
  const text = shown({ ok: false, expectations });
  expect(text).toContain('as expected  Every run is done: none');
  expect(text).toContain('NOT SO       It is loaded: 3, not 4');
  expect(text).toContain('1 of 2 expectations do not hold');
});
