import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { checkOut } from '../messages/claim-check.ts';
import { parseEnvelope } from '../messages/envelope.ts';
import { runIdOf } from '../messages/run-id.ts';
import { defineTask } from '../tasks/define-task.ts';
import { type ClientTrial, tryClient } from '../test/client-trial.ts';
import { createS3ClaimChecks } from './s3-claim-checks.ts';
import { createTaskClient } from './task-client.ts';

const letter = defineTask({
  name: 'letter',
  summary: 'Prints a letter',
  input: z.object({ to: z.string().min(1), text: z.string().default('') }),
  result: z.null(),
  timeoutSeconds: 10,
  concurrency: 1,
  startWithinSeconds: 60,
  expectedSeconds: 1,
  retry: { attempts: 1, firstDelaySeconds: 0, factor: 1, maxDelaySeconds: 0 },
});

let trial: ClientTrial;
beforeAll(async () => {
  trial = await tryClient([letter]);
});
afterAll(() => trial.close());

test('a batch of any length lies on the queue, and its results are in order', async () => {
  const inputs = Array.from({ length: 1205 }, (_none, index) => ({ to: `L-${index}` }));
  const client = createTaskClient(trial.config);
  const results = await client.sendBatch(letter, inputs, { each: ({ to }) => ({ id: to }) });
  expect(results).toEqual(
    inputs.map(({ to }) => ({ runId: runIdOf({ type: 'letter', source: '/webapp', id: to }) })),
  );
  const taken = (await trial.takeAll(letter)).map(({ body }) => parseEnvelope(body).id);
  expect(new Set(taken)).toEqual(new Set(inputs.map(({ to }) => to)));
  expect(taken).toHaveLength(inputs.length);
});

test('large messages share requests as far as a megabyte reaches, and larger ones go by claim check', async () => {
  const inputs = [300_000, 600_000, 300_000, 1_200_000].map((characters) => ({
    to: `${characters}`,
    text: 'x'.repeat(characters),
  }));
  const results = await createTaskClient(trial.config).sendBatch(letter, inputs, { groupId: 'all' });
  expect(results.map(({ error }) => error)).toEqual([undefined, undefined, undefined, undefined]);
  const claimChecks = createS3ClaimChecks({ s3: trial.s3, bucket: 'claim-checks' });
  const taken = await trial.takeAll(letter);
  const data = await Promise.all(taken.map(({ body }) => checkOut(parseEnvelope(body), claimChecks)));
  expect(data).toEqual(expect.arrayContaining(inputs));
  expect(taken.map(({ group }) => group)).toEqual(['all', 'all', 'all', 'all']);
});

test('inputs that do not fit are named by their index, and nothing at all is sent', async () => {
  const inputs = Array.from({ length: 60 }, (_none, index) => ({ to: index % 2 ? '' : 'L' }));
  const sent = createTaskClient(trial.config).sendBatch(letter, inputs);
  await expect(sent).rejects.toMatchObject({ name: 'InvalidInput' });
  await expect(sent).rejects.toThrow(
    /30 of 60 messages cannot be: \[1\] The input does not fit letter: to: /,
  );
  await expect(sent).rejects.toThrow(/\[39\] [^[]*and 10 more$/);
  expect(await trial.takeAll(letter)).toEqual([]);
});

test("a message's own options count before those of the batch, and are checked as well", async () => {
  const client = createTaskClient(trial.config);
  await client.sendBatch(letter, [{ to: 'a' }, { to: 'b' }], {
    groupId: 'shared',
    each: ({ to }) => (to === 'b' ? { groupId: 'own' } : {}),
  });
  expect((await trial.takeAll(letter)).map(({ group }) => group).sort()).toEqual(['own', 'shared']);
  const late = client.sendBatch(letter, [{ to: 'a' }], { each: () => ({ delaySeconds: 901 }) });
  await expect(late).rejects.toThrow(/\[0\] delaySeconds must be .* got 901/);
});

test('a claim check that cannot be stored keeps back its own message alone', async () => {
  const client = createTaskClient({ ...trial.config, claimCheckBucket: 'no-such-bucket' });
  const inputs = [{ to: 'small' }, { to: 'large', text: 'x'.repeat(1_100_000) }, { to: 'last' }];
  const results = await client.sendBatch(letter, inputs, { each: ({ to }) => ({ id: to }) });
  expect(results.map(({ error }) => error?.name)).toEqual([undefined, 'NoSuchBucket', undefined]);
  const taken = (await trial.takeAll(letter)).map(({ body }) => parseEnvelope(body).id);
  expect(taken.sort()).toEqual(['last', 'small']);
});

test('nothing at all is a batch too', async () => {
  expect(await createTaskClient(trial.config).sendBatch(letter, [])).toEqual([]);
});
