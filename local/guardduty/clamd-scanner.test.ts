import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { chooseScanner } from './choose-scanner.ts';
import { readClamdAddress, writeClamdAddress } from './clamd-address.ts';
import { createClamdScanner } from './clamd-scanner.ts';
import { clamdVerdict } from './clamd-verdict.ts';
import { type FakeClamd, startFakeClamd } from './fake-clamd.ts';

let clamd: FakeClamd | undefined;

async function start(options: Parameters<typeof startFakeClamd>[0]): Promise<FakeClamd> {
  clamd = await startFakeClamd(options);
  return clamd;
}

afterEach(async () => {
  await clamd?.close();
  clamd = undefined;
});

test('clamd gets the very content, however it is cut', async () => {
  const { address, streamed } = await start({ answer: () => 'stream: OK' });
  const { scan } = createClamdScanner(address);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 500 }), { maxLength: 8 }), async (pieces) => {
      const verdict = await scan(Readable.from(pieces.map((piece) => Buffer.from(piece))));
      expect(verdict).toEqual({ status: 'NO_THREATS_FOUND' });
      expect(streamed.at(-1)).toEqual({ content: Buffer.concat(pieces), complete: true });
    }),
    { numRuns: 30 },
  );
});

test('a find is a threat with its name, on a Unix socket too', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'slackwater-clamd-'));
  const { address } = await start({
    answer: () => 'stream: Win.Test.EICAR_HDB-1 FOUND',
    listen: { path: join(directory, 'clamd.ctl') },
  });
  expect(await createClamdScanner(address).scan(Readable.from([Buffer.from('x')]))).toEqual({
    status: 'THREATS_FOUND',
    threats: ['Win.Test.EICAR_HDB-1'],
  });
  rmSync(directory, { recursive: true });
});

test('content beyond the limit of clamd is unsupported, and no more of it is read', async () => {
  const { address } = await start({ answer: () => 'stream: OK', maximumBytes: 100_000 });
  let pieces = 0;
  const endless = Readable.from(
    (function* () {
      for (;;) {
        pieces += 1;
        yield Buffer.alloc(65_536);
      }
    })(),
  );
  const verdict = await createClamdScanner(address).scan(endless);
  expect(verdict).toEqual({ status: 'UNSUPPORTED', reason: 'SIZE_LIMIT_EXCEEDED' });
  expect(endless.destroyed).toBe(true);
  expect(pieces).toBeGreaterThan(1);
});

test("clamd's answers are GuardDuty's verdicts, and what is none is an error", () => {
  const unsupported = (reason: string) => ({ status: 'UNSUPPORTED', reason });
  expect(clamdVerdict('stream: Heuristics.Encrypted.Zip FOUND')).toEqual(unsupported('PASSWORD_PROTECTED'));
  expect(clamdVerdict('stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND')).toEqual(
    unsupported('SIZE_LIMIT_EXCEEDED'),
  );
  for (const answer of [
    "stream: Can't allocate memory ERROR",
    'UNKNOWN COMMAND',
    'OK',
    '',
    'stream: OK ERROR',
  ]) {
    expect(() => clamdVerdict(answer)).toThrow('no verdict');
  }
});

test('content that breaks off is no verdict, and clamd is not told that it was whole', async () => {
  const { address, streamed } = await start({ answer: () => 'stream: OK' });
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('half');
      await expect.poll(() => streamed[0]?.content.length).toBe(4);
      throw new Error('connection to S3 lost');
    })(),
  );
  await expect(createClamdScanner(address).scan(broken)).rejects.toThrow('connection to S3 lost');
  expect(streamed).toEqual([{ content: Buffer.from('half'), complete: false }]);
});

test('an OK before the end of the content is none', async () => {
  const hasty = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write('stream: OK\0'));
  });
  hasty.listen(0, '127.0.0.1');
  await once(hasty, 'listening');
  const address = { host: '127.0.0.1', port: (hasty.address() as AddressInfo).port };
  const unfinished = new Readable({ read: () => undefined });
  unfinished.push('half');
  await expect(createClamdScanner(address).scan(unfinished)).rejects.toThrow(
    'before it had the whole content',
  );
  expect(unfinished.destroyed).toBe(true);
  hasty.close();
});

test('a clamd that hangs up, is silent or is not there is an error that says so', async () => {
  const content = (): Readable => Readable.from([Buffer.from('x')]);
  const { address } = await start({ answer: () => undefined });
  await expect(createClamdScanner(address).scan(content())).rejects.toThrow('without an answer');
  await clamd?.close();
  await expect(createClamdScanner(address).scan(content())).rejects.toThrow('ECONNREFUSED');
  const silent = await start({ answer: () => new Promise(() => undefined) });
  const scanner = createClamdScanner(silent.address, { silenceMilliseconds: 50 });
  await expect(scanner.scan(content())).rejects.toThrow('said nothing for 0.05 s');
});

test('a scan that nobody waits for any more ends at once', async () => {
  const { address, streamed } = await start({ answer: () => new Promise(() => undefined) });
  const stop = new AbortController();
  const scan = createClamdScanner(address).scan(Readable.from([Buffer.from('x')]), stop.signal);
  scan.catch(() => undefined);
  await expect.poll(() => streamed[0]?.complete).toBe(true);
  stop.abort();
  await expect(scan).rejects.toThrow();
});

test('the scanner says what it is, also when it does not answer', async () => {
  const { address } = await start({ answer: () => 'stream: OK' });
  expect(await chooseScanner(address).describe()).toMatch(/clamd at 127\.0\.0\.1:\d+ \(ClamAV 1\.0\.0/);
  await clamd?.close();
  expect(await chooseScanner(address).describe()).toContain('does not answer');
  expect(await chooseScanner(undefined).describe()).toContain('EICAR');
});

test('the address is a host, a host with its port, or a path', () => {
  const written = (text: string): string => writeClamdAddress(readClamdAddress(text));
  expect(written('localhost')).toBe('localhost:3310');
  expect(written('scanner.example.com:9000')).toBe('scanner.example.com:9000');
  expect(written('[::1]:3311')).toBe('[::1]:3311');
  expect(written('/run/clamav/clamd.ctl')).toBe('/run/clamav/clamd.ctl');
  for (const wrong of ['', 'a b', 'host:port', 'host:0', 'host:70000', 'tcp://host', '::1']) {
    expect(() => readClamdAddress(wrong)).toThrow('is no address of clamd');
  }
});
