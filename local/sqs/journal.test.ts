import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Journal } from './journal.ts';

interface Change {
  key: string;
  value: string | null;
}

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(directory, 'deep', 'state.jsonl');
});
afterEach(() => rmSync(directory, { recursive: true }));

function open() {
  const state = new Map<string, string>();
  const apply = ({ key, value }: Change) => (value === null ? state.delete(key) : state.set(key, value));
  const journal = new Journal<Change>({
    file,
    replay: apply,
    snapshot: () => [...state].map(([key, value]) => ({ key, value })),
  });
  return {
    state,
    close: () => journal.close(),
    set: (key: string, value: string | null) => {
      apply({ key, value });
      journal.record({ key, value });
    },
  };
}

describe('a journal', () => {
  test('brings back what was recorded', () => {
    const first = open();
    first.set('a', '1');
    first.set('b', 'é🙂\n');
    first.set('a', null);
    first.close();
    const second = open();
    expect([...second.state]).toEqual([['b', 'é🙂\n']]);
    second.close();
  });

  test('that was cut at any byte brings back every change whose line is whole', () => {
    const first = open();
    for (const [key, value] of [
      ['a', 'x'],
      ['b', 'é🙂'],
      ['a', null],
      ['c', 'z'],
    ] as const)
      first.set(key, value);
    first.close();
    const whole = readFileSync(file);
    const lineEnds = [...whole.entries()].filter(([, byte]) => byte === 0x0a).map(([index]) => index + 1);
    const states = [{}, { a: 'x' }, { a: 'x', b: 'é🙂' }, { b: 'é🙂' }, { b: 'é🙂', c: 'z' }];
    for (let length = 0; length <= whole.length; length += 1) {
      writeFileSync(file, whole.subarray(0, length));
      const cut = open();
      expect(Object.fromEntries(cut.state)).toEqual(states[lineEnds.filter((end) => end <= length).length]);
      cut.set('d', 'after');
      cut.close();
      const again = open();
      expect(again.state.get('d')).toBe('after');
      again.close();
    }
  });

  test('names the place of a line that is not JSON', () => {
    open().close();
    writeFileSync(file, '{"key":"a","value":"1"}\nnonsense\n{"key":"b","value":"2"}\n');
    expect(open).toThrow(`${file}:2 is not JSON`);
  });

  test('reads lines that are longer than what is read at once', () => {
    const first = open();
    const long = 'ü'.repeat(1_500_000);
    first.set('a', long);
    first.set('b', 'short');
    first.close();
    const second = open();
    expect(second.state.get('a')).toBe(long);
    expect(second.state.get('b')).toBe('short');
    second.close();
  });

  test('does not grow without end while the state stays small', () => {
    const journal = open();
    const value = 'x'.repeat(1_000_000);
    for (let count = 0; count < 50; count += 1) journal.set('a', `${count}${value}`);
    expect(statSync(file).size).toBeLessThan(20_000_000);
    journal.close();
    const second = open();
    expect(second.state.get('a')).toBe(`49${value}`);
    second.close();
  });
});
