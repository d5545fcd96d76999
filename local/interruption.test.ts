import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { listenForInterruption } from './interruption.ts';

function listen() {
  const lines: string[] = [];
  const exits: number[] = [];
  const process = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) });
  const interruption = listenForInterruption({ process, print: (line) => void lines.push(line) });
  return { process, interruption, lines, exits };
}

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('ends in order on %s, and at once on a second one', async (name) => {
  const { process, interruption, lines, exits } = listen();
  process.emit(name);
  await interruption.asked;
  expect(interruption.signal.aborted).toBe(true);
  expect(interruption.failed).toBe(false);
  expect(exits).toEqual([]);
  process.emit('SIGINT');
  expect(exits).toEqual([130]);
  expect(lines).toEqual(['Stopping (once more: at once)']);
});

it.each(['uncaughtException', 'unhandledRejection'])(
  'tells of an %s in one line that says where it was, and ends in order',
  async (name) => {
    const { process, interruption, lines, exits } = listen();
    process.emit(name, new TypeError('no such thing\nat all'));
    process.emit(name, new Error('a consequence'));
    await interruption.asked;
    expect(interruption).toMatchObject({ failed: true, signal: { aborted: true } });
    expect(lines).toEqual([
      expect.stringMatching(
        /^The local cloud is broken and stops: TypeError: no such thing \(at .*interruption.test.ts.*\)$/,
      ),
    ]);
    expect(exits).toEqual([]);
  },
);

it('tells also of what is thrown and is no error', () => {
  const { process, lines } = listen();
  process.emit('unhandledRejection', 'broken');
  expect(lines).toEqual(['The local cloud is broken and stops: broken']);
});
