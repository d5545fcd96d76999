import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { readReleased } from '../../bin/read-released.ts';
import { defineTask } from '../../tasks/define-task.ts';
import { tasks } from '../../tasks/index.ts';
import { breakingChanges } from './breaking-changes.ts';
import { currentSchemas, releasedFolder } from './released-schemas.ts';

const released = readReleased(join(import.meta.dirname, '../..', releasedFolder));

it('no task of the catalogue breaks with its last release', () => {
  expect(released.size).toBeGreaterThan(0);
  expect(breakingChanges(tasks, released)).toEqual([]);
});

const letter = defineTask({
  name: 'letter',
  summary: 'Writes to somebody',
  input: z.object({ to: z.string(), tone: z.enum(['kind', 'firm']).default('kind') }),
  result: z.object({ sentAt: z.string(), receipt: z.string().optional() }),
  timeoutSeconds: 60,
  concurrency: 1,
  startWithinSeconds: 60,
  expectedSeconds: 1,
  retry: { attempts: 3, firstDelaySeconds: 1, factor: 2, maxDelaySeconds: 60 },
});
const letterReleased = new Map([['letter', currentSchemas(letter)]]);

it('a task that takes more and tells more breaks nothing, and neither does a new one', () => {
  const now = {
    ...letter,
    input: letter.input.extend({ to: z.string().nullable(), copies: z.int().default(1) }),
    result: letter.result.extend({ pages: z.int() }),
  };
  expect(breakingChanges([now, { ...letter, name: 'parcel' }], letterReleased)).toEqual([]);
});

it('what breaks is named with its place, what it was, what it is, and what can be done', () => {
  const now = {
    ...letter,
    input: z.object({ to: z.email(), tone: z.enum(['kind']).default('kind'), sender: z.string() }),
    result: z.object({ sentAt: z.int() }),
  };
  const broken = breakingChanges([now], letterReleased);
  expect(broken).toHaveLength(6);
  expect(broken[0]).toBe(
    'letter: input.sender was nothing and is required, so messages that were sent before, and senders that know nothing ' +
      'of it, no longer fit. Make it optional or give it a default, or add a task letter-v2',
  );
  expect(broken[1]).toContain('letter: input.to was not limited and is {"format":"email"}');
  expect(broken[3]).toBe(
    'letter: input.tone was {"const":"firm"} and is {"enum":["kind"]}, so messages that were sent before, and senders that know nothing of ' +
      'it, no longer fit. Take what was taken, or add a task letter-v2 beside this one',
  );
  expect(broken[4]).toBe(
    'letter: result.sentAt was {"type":"string"} and is {"type":"integer"}, which those who read results do not expect. ' +
      'Tell it as before, beside what is new, or add a task letter-v2',
  );
  expect(broken[5]).toContain('letter: result.receipt was optional and is nothing');
});

it('a second version is followed by a third, and a task that is gone is missed', () => {
  const second = { ...letter, name: 'letter-v2', input: z.object({}) };
  const before = new Map([['letter-v2', currentSchemas(letter)]]);
  expect(breakingChanges([second], before)[0]).toContain('add a task letter-v3');
  expect(breakingChanges([], before)).toEqual([
    expect.stringMatching(/^letter-v2: the task is gone.*queue and dead-letter queue are empty/),
  ]);
});
