import { expect, test } from 'vitest';
import { UnreadableMessage } from '../messages/envelope.ts';
import { createLog } from './log.ts';

test('of an error only name, message, code, stack and cause are written', () => {
  const lines: string[] = [];
  const log = createLog({
    level: 'info',
    worker: 'w1',
    output: { write: (line) => lines.push(line) },
    redactors: () => [],
  });
  const error = new Error('duplicate key', { cause: 'a row' });
  log.error({ err: Object.assign(error, { code: '23505', detail: 'Key (name)=(Ann) exists' }) }, 'failed');
  const line = JSON.parse(lines[0] ?? '');
  expect(line).toMatchObject({ level: 'error', worker: 'w1', msg: 'failed' });
  expect(line.err).toEqual({
    name: 'Error',
    message: 'duplicate key',
    code: '23505',
    stack: expect.stringContaining('log.test.ts'),
    cause: { message: 'a row' },
  });
});

test('of an unreadable message nothing is written that could quote it', () => {
  const lines: string[] = [];
  const log = createLog({
    level: 'info',
    worker: 'w1',
    output: { write: (line) => lines.push(line) },
    redactors: () => [],
  });
  log.info({ err: new UnreadableMessage('the body is not JSON: "a secret"') }, 'attempted');
  log.info({ err: 'just text' }, 'attempted');
  expect(lines.map((line) => JSON.parse(line).err)).toEqual([
    { name: 'UnreadableMessage' },
    { message: 'just text' },
  ]);
});
