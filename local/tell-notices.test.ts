import { expect, it } from 'vitest';
import type { LocalEvent } from './local-event.ts';
import { tellNotices } from './tell-notices.ts';

const run = {
  kind: 'run-ended',
  runId: 'r-1',
  task: 'property-upload',
  state: 'done',
  attempts: 1,
  reason: null,
} as const;

function heard(...events: LocalEvent[]) {
  const all: LocalEvent[] = [];
  const tell = tellNotices({ endpoint: () => 'http://127.0.0.1:4580', onEvent: (event) => all.push(event) });
  for (const event of events) tell(event);
  return all;
}

it('tells what the sender of a run is to know, with a link that opens the file of its result', async () => {
  const errorReport = { bucket: 'reports', key: 'error-reports/r-1.csv' };
  const ended = { ...run, result: { notice: 'It was loaded.', errorReport } };
  const events = heard(ended);
  await expect.poll(() => events).toHaveLength(2);
  expect(events).toEqual([
    ended,
    {
      kind: 'notice',
      runId: 'r-1',
      task: 'property-upload',
      text: 'It was loaded.',
      link: expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:4580\/reports\/error-reports\/r-1\.csv\?.*X-Amz-Signature=/,
      ),
    },
  ]);
});

it('tells a notice without a file without a link, and of other runs nothing more', async () => {
  const other = { ...run, runId: 'r-2', result: { loaded: 3 } };
  const events = heard(other, { ...run, result: { notice: 'It was refused.' } });
  await expect.poll(() => events).toHaveLength(3);
  expect(events[2]).toEqual({
    kind: 'notice',
    runId: 'r-1',
    task: 'property-upload',
    text: 'It was refused.',
  });
});
