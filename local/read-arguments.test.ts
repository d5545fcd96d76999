import { describe, expect, it } from 'vitest';
import { help, readArguments } from './read-arguments.ts';

describe('the command line', () => {
  it('needs nothing', () => {
    expect(readArguments([])).toEqual({
      help: false,
      once: false,
      json: false,
      verbose: false,
      fresh: false,
      port: undefined,
      speed: 1,
      faults: undefined,
      state: '.slackwater',
    });
  });

  it('knows every option that its help teaches', () => {
    const options = new Set([...help.matchAll(/-- (--\w+)/g)].map((match) => match[1]));
    expect([...options].sort()).toEqual([
      '--faults',
      '--fresh',
      '--json',
      '--once',
      '--port',
      '--speed',
      '--state',
      '--verbose',
    ]);
    expect(
      readArguments([
        '--once',
        '--json',
        '--verbose',
        '--fresh',
        '--port',
        '0',
        '--speed',
        '12',
        '--state',
        'x',
      ]),
    ).toMatchObject({ once: true, json: true, verbose: true, fresh: true, port: 0, speed: 12, state: 'x' });
  });

  it.each([
    [['--prot', '1'], /--prot/],
    [['--port', 'http'], /from 0 to 65535, got "http"/],
    [['--port', '70000'], /got "70000"/],
    [['--speed', '0'], /from 1 to 60/],
    [['--once', '--faults', '7'], /--faults/],
    [['start'], /start/],
  ])('refuses %j and shows where help is', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
    expect(() => readArguments(args)).toThrow('npm start -- --help');
  });
});
