import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { healthProblem, startHeartbeat } from './heartbeat.ts';
import { monotonicSeconds, type Stall } from './watch-loops.ts';

const record = (secondsAgo: number, stalls: Stall[] = []) =>
  JSON.stringify({ beatAtSeconds: monotonicSeconds() - secondsAgo, stalls });

test('a worker is judged by the age of its heartbeat and by the loops that stall', () => {
  expect(healthProblem(record(0))).toBeUndefined();
  expect(healthProblem(record(110))).toBeUndefined();
  expect(healthProblem(record(125))).toBe('no heartbeat for 125 s');
  expect(healthProblem('{}')).toContain('no heartbeat');
  const stalls = [
    { loop: 'settling', seconds: 301 },
    { loop: 'claiming', seconds: 400 },
  ];
  expect(healthProblem(record(1, stalls))).toBe('no progress of settling for 301 s, claiming for 400 s');
});

test('the file stays readable and of one size, whatever stalls and comes right again, and each stall is logged once', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'slackwater-heartbeat-'));
  const file = path.join(directory, 'heartbeat');
  const logged: string[] = [];
  let stalls: Stall[] = [];
  const log = pino({}, { write: (line: string) => logged.push(line) });
  const heartbeat = startHeartbeat({ file, everySeconds: 0.01, log, loops: { stalls: () => stalls } });
  try {
    const read = () => readFileSync(file, 'utf8');
    expect(healthProblem(read())).toBeUndefined();
    const { size } = statSync(file);
    stalls = Array.from({ length: 40 }, (_, index) => ({
      loop: `receiving ${'q'.repeat(60)}${index}`,
      seconds: 301,
    }));
    await vi.waitFor(() => expect(healthProblem(read())).toContain('no progress of receiving'));
    expect(statSync(file).size).toBe(size);
    stalls = [];
    await vi.waitFor(() => expect(healthProblem(read())).toBeUndefined());
    expect(logged).toHaveLength(40);
  } finally {
    heartbeat.stop();
    rmSync(directory, { recursive: true });
  }
});
