import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineTask } from './define-task.ts';
import { redactRun } from './redact-run.ts';
import { sensitive } from './sensitive.ts';

const letter = defineTask({
  name: 'letter',
  summary: 'Writes to somebody',
  input: z.object({ to: sensitive(z.email()), topic: z.string() }),
  result: z.object({ greeting: z.string(), token: sensitive(z.string()) }),
  timeoutSeconds: 60,
  concurrency: 1,
  startWithinSeconds: 60,
  expectedSeconds: 1,
  retry: { attempts: 3, firstDelaySeconds: 1, factor: 2, maxDelaySeconds: 60 },
});

const run = {
  runId: 'r-1',
  input: { to: 'jo@example.org', topic: 'rent' },
  result: { greeting: 'Dear jo@example.org', token: 'abcdef' },
  progress: { done: 1, message: 'told jo@example.org' },
  reason: 'no mail server takes jo@example.org (rent)',
  error: { name: 'Error', message: 'abcdef', stack: 'Error: abcdef\n    at send' },
};

it('shows a run without what its task marks, also where another field or an error quotes it', () => {
  expect(redactRun(run, letter)).toEqual({
    runId: 'r-1',
    input: { to: '[hidden]', topic: 'rent' },
    result: { greeting: 'Dear [hidden]', token: '[hidden]' },
    progress: { done: 1, message: 'told [hidden]' },
    reason: 'no mail server takes [hidden] (rent)',
    error: { name: 'Error', message: '[hidden]', stack: 'Error: [hidden]\n    at send' },
  });
});

it('shows nothing of a run whose task is not known', () => {
  const shown = redactRun({ ...run, result: null }, undefined);
  expect(shown).toEqual({
    runId: 'r-1',
    input: '[hidden]',
    result: null,
    progress: '[hidden]',
    reason: '[hidden]',
    error: '[hidden]',
  });
});

it('leaves a run as it is where nothing is marked', () => {
  const plain = { ...letter, input: z.object({ to: z.email(), topic: z.string() }), result: z.unknown() };
  expect(redactRun(run, plain)).toEqual(run);
});
