import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { defineTask } from '../tasks/define-task.ts';
import { type Handler, handle, PermanentError } from '../tasks/handle.ts';
import { sensitive } from '../tasks/sensitive.ts';
import { startTrial, type Trial } from '../test/worker/start-trial.ts';
import { trialTask } from '../test/worker/trial-tasks.ts';

const person = z.object({ email: sensitive(z.email()), tags: z.array(z.string()).default([]) });
const letterTask = defineTask({
  ...trialTask,
  name: 'letter',
  input: z.object({
    how: z.enum(['log', 'throw', 'bad-result', 'send-badly']),
    people: z.record(sensitive(z.string().max(40)), z.union([z.literal('nobody'), person])),
  }),
  result: z.object({ receipt: sensitive(z.string().startsWith('R-')) }),
  fairBy: ({ how }) => how,
  schedules: [],
});

const handler = handle(letterTask, async (input, { log, send }) => {
  const [[name = '', one] = []] = Object.entries(input.people);
  const email = one === undefined || one === 'nobody' ? '' : one.email;
  log.info({ input, deep: [{ email: email.toUpperCase() }], err: new Error(email) }, `writes to ${name}`);
  log.child({ to: email }).warn('bound to a child');
  switch (input.how) {
    case 'throw':
      throw new PermanentError(`no server takes ${email} of ${name}`, { cause: new Error(email) });
    case 'bad-result':
      return { receipt: 'for receipt-of-jo' };
    case 'send-badly':
      await send(letterTask, { how: 'log', people: { ['another-person'.repeat(4)]: 'nobody' } });
  }
  return { receipt: 'R-receipt-of-jo' };
});

const secrets = /jo-the-secret|jo%40|Josephine Bloggs|receipt-of-jo|another-person/i;
const people = { 'Josephine Bloggs': { email: 'jo-the-secret@example.org', tags: ['friend'] } };

const exporter = new InMemorySpanExporter();
let trial: Trial;
beforeAll(async () => {
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
  );
  trial = await startTrial({ handlers: new Map([[letterTask.name, handler as unknown as Handler]]) });
  await trial.startWorker();
});
afterAll(() => trial[Symbol.asyncDispose]());

/** Lines of the run, without what may not be in them. */
async function linesOf(runId: string) {
  await expect
    .poll(() => trial.logged.filter((line) => line.includes('"attempted"')).join())
    .toContain(runId);
  const lines = trial.logged.filter((line) => line.includes(runId));
  for (const line of lines) expect(line).not.toMatch(secrets);
  for (const { events, status, attributes } of exporter.getFinishedSpans()) {
    expect(JSON.stringify({ events, status, attributes })).not.toMatch(secrets);
  }
  return lines.map((line) => JSON.parse(line));
}

test('what a handler logs holds nothing that its input marks, and all else', async () => {
  const lines = await linesOf(await trial.client.send(letterTask, { how: 'log', people }));
  expect(lines[0]).toMatchObject({
    task: 'letter',
    attempt: 1,
    input: { how: 'log', people: { '[hidden]': { email: '[hidden]', tags: ['friend'] } } },
    deep: [{ email: '[hidden]' }],
    err: { message: '[hidden]' },
    msg: 'writes to [hidden]',
  });
  expect(lines[1]).toMatchObject({ to: '[hidden]', msg: 'bound to a child' });
});

test('an error that quotes the message is redacted in the log, and stands on the dead letter as it is', async () => {
  const lines = await linesOf(await trial.client.send(letterTask, { how: 'throw', people }));
  expect(lines.find(({ msg }) => msg === 'attempted')).toMatchObject({
    err: { message: 'no server takes [hidden] of [hidden]', cause: { message: '[hidden]' } },
  });
  const [exception] = exporter.getFinishedSpans().at(-1)?.events ?? [];
  expect(exception).toMatchObject({
    name: 'exception',
    attributes: {
      'exception.message': 'no server takes [hidden] of [hidden]',
      'exception.stacktrace': expect.stringContaining('redaction.test.ts'),
    },
  });
  const [dead] = await trial.untilDeadLetters(1, letterTask);
  expect(dead?.letter.reason).toBe('no server takes jo-the-secret@example.org of Josephine Bloggs');
  expect(JSON.parse(dead?.message.Body ?? '').data).toEqual({ how: 'throw', people });
});

test('a message that does not fit, a result that does not, and what is badly sent on are not quoted either', async () => {
  const id = await trial.client.send(letterTask, { how: 'log', people });
  const data = { how: 'log', people: { ['Josephine Bloggs'.repeat(3)]: 'jo-the-secret' } };
  const { MessageId } = await trial.sendRaw(
    JSON.stringify({ specversion: '1.0', id: 'x', source: '/raw', type: 'letter', data }),
    {},
    letterTask,
  );
  await linesOf(id);
  await linesOf(MessageId);
  for (const how of ['bad-result', 'send-badly'] as const) {
    const lines = await linesOf(await trial.client.send(letterTask, { how, people }));
    expect(lines.find(({ msg }) => msg === 'attempted').err.name).toMatch(/^Invalid(Result|Input)$/);
  }
  const letters = await trial.untilDeadLetters(3, letterTask);
  expect(letters.map(({ letter }) => letter.reason).join()).toContain('Josephine Bloggs');
});
