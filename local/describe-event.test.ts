import { describe, expect, it } from 'vitest';
import { describeEvent } from './describe-event.ts';
import type { LocalEvent } from './local-event.ts';

const runId = '0b6a9d3e-0000-5000-8000-000000000000';
const run = {
  kind: 'run-ended',
  runId,
  task: 'property-upload',
  attempts: 1,
  result: { loaded: 3 },
  reason: null,
} as const;

describe('what happens, in plain words', () => {
  it.each<[string, LocalEvent, string, string]>([
    [
      'a worker that starts',
      { kind: 'worker-started', workerId: 'abcdef0123', service: 's', pid: 7, logFile: 'x.log' },
      'worker abcdef01 started (pid 7, log x.log)',
      'plain',
    ],
    [
      'a worker that crashes',
      {
        kind: 'worker-stopped',
        workerId: 'abcdef0123',
        service: 's',
        reason: 'it ended',
        exitCode: null,
        signal: 'SIGKILL',
      },
      'worker abcdef01 stopped (killed by SIGKILL): it ended',
      'bad',
    ],
    ['a run that is done', { ...run, state: 'done' }, 'property-upload 0b6a9d3e done: loaded 3', 'good'],
    [
      'a run without a result',
      { ...run, result: null, state: 'done' },
      'property-upload 0b6a9d3e done',
      'good',
    ],
    [
      'a run that is dead',
      { ...run, state: 'dead', attempts: 5, reason: 'no such file\nat …' },
      'property-upload 0b6a9d3e dead after 5 attempts: no such file',
      'bad',
    ],
    [
      'an attempt that failed',
      {
        kind: 'attempt-ended',
        runId,
        task: 'property-upload',
        number: 2,
        outcome: 'failed',
        error: 'reset\nat …',
      },
      'attempt 2 of property-upload 0b6a9d3e failed, it will be tried again: reset',
      'bad',
    ],
    [
      'an attempt that was handed back',
      {
        kind: 'attempt-ended',
        runId,
        task: 'property-upload',
        number: 2,
        outcome: 'handed-back',
        error: null,
      },
      'attempt 2 of property-upload 0b6a9d3e was handed back',
      'plain',
    ],
    [
      'a verdict',
      { kind: 'scanned', bucket: 'b', key: 'k', versionId: 'v', status: 'THREATS_FOUND', detail: 'EICAR' },
      'scanned k: THREATS_FOUND (EICAR)',
      'bad',
    ],
    [
      'a scaling step',
      { kind: 'scaled', resourceId: 'r', policy: 'p', from: 0, to: 2, reason: 'because', at: 0 },
      'scaling: 0 -> 2 workers (because)',
      'plain',
    ],
    [
      'a Lambda that ran',
      { kind: 'lambda-done', functionName: 'f', milliseconds: 12.4 },
      'Lambda f done in 12 ms',
      'detail',
    ],
    [
      'how far a run is',
      {
        kind: 'run-progress',
        runId,
        task: 'property-upload',
        progress: { done: 1, total: 4, unit: 'bytes', message: 'reading', secondsLeft: 2 },
      },
      'property-upload 0b6a9d3e: reading 25 % of 4 bytes, about 2 s left',
      'plain',
    ],
    [
      'what a run has to say to its sender',
      { kind: 'notice', runId, task: 'property-upload', text: 'It was loaded.', link: 'http://here/r.csv' },
      'to the sender of 0b6a9d3e: It was loaded.\n          http://here/r.csv',
      'plain',
    ],
    [
      'a run whose notice is told apart',
      { ...run, result: { loaded: 3, notice: 'It was loaded.' }, state: 'done' },
      'property-upload 0b6a9d3e done: loaded 3',
      'good',
    ],
    ['a sentence', { kind: 'said', sentence: 'Hello' }, 'Hello', 'plain'],
  ])('tells of %s', (_title, event, text, tone) => {
    expect(describeEvent(event)).toEqual({ text, tone });
  });

  it('cuts a long result', () => {
    const line = describeEvent({ ...run, state: 'done', result: { text: 'x'.repeat(500) } });
    expect(line?.text.length).toBeLessThan(220);
    expect(line?.text.endsWith('…')).toBe(true);
  });
});
