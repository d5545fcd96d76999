import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { createRedactor, type Redactor } from '../tasks/redactor.ts';
import { sensitive } from '../tasks/sensitive.ts';
import { createLog } from './log.ts';
import { redactedChild } from './redacted-log.ts';

const schema = z.object({ email: sensitive(z.string()), attempt: sensitive(z.int()).optional() });

function logOf(value: z.input<typeof schema>) {
  const lines: string[] = [];
  const redactor = createRedactor();
  const inUse = new Set<Redactor>([redactor]);
  const output = { write: (line: string) => lines.push(line) };
  const workerLog = createLog({ level: 'trace', worker: 'w-1', output, redactors: () => inUse });
  redactor.learn(schema, value);
  const log = redactedChild(workerLog, { run: 'r-1', attempt: 1 }, redactor);
  return { log, workerLog, inUse, redactor, lines };
}
const only = (lines: string[]) => JSON.parse(lines[0] ?? '') as Record<string, unknown>;

it('says nothing that was learned, wherever a handler puts it', () => {
  const secret = fc.uuid().map((id) => `${id}"\\ ä`);
  fc.assert(
    fc.property(secret, fc.json(), (email, other) => {
      const { log, workerLog, lines } = logOf({ email });
      const error = Object.assign(new Error(`refused ${email}`), { code: email, cause: new Error(email) });
      log.info({ email, other, deep: [{ text: `to ${email}`, [email]: 1 }] }, `sent to ${email}`);
      log.info(`said ${email}`);
      log.error(error, `failed ${email}`);
      log
        .child({ bound: email })
        .child({ more: email }, { msgPrefix: email })
        .warn({ err: error, time: email, level: email });
      log.info('%s %j', email, { email });
      workerLog.fatal({ err: error }, 'an error in nobody’s name');
      const written = lines.map((line) => JSON.parse(line));
      expect(written).toHaveLength(6);
      expect(JSON.stringify(written)).not.toContain(email.slice(0, 36));
      expect(written[0].other).toEqual(other);
    }),
  );
});

it('keeps what the log itself says of every line', () => {
  const { log, lines } = logOf({ email: 'w-1', attempt: 1 });
  log.info({ attempt: 1, rows: 1, worker: 'w-1', more: 'w-1' }, 'w-1 is 1');
  expect(only(lines)).toMatchObject({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-/),
    worker: 'w-1',
    run: 'r-1',
    attempt: 1,
    rows: '[hidden]',
    more: '[hidden]',
    msg: '[hidden] is [hidden]',
  });
});

it('says all of a line of another attempt, and of the worker once no attempt is left', () => {
  const { workerLog, inUse, lines } = logOf({ email: 'jo@example.org' });
  redactedChild(workerLog, { run: 'r-2' }, createRedactor()).info('jo@example.org');
  inUse.clear();
  workerLog.info({ email: 'jo@example.org' }, 'as it is');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { run: 'r-2', msg: 'jo@example.org' },
    { email: 'jo@example.org', msg: 'as it is' },
  ]);
});

it('says nothing that is learned only later', () => {
  const { log, redactor, lines } = logOf({ email: 'first@example.org' });
  const inner = redactedChild(log, { attempt: 42 }, redactor);
  redactor.learn(schema, { email: 'later@example.org', attempt: 42 });
  inner.info('later@example.org');
  expect(only(lines)).toMatchObject({ run: 'r-1', attempt: 42, msg: '[hidden]' });
});
