import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClamdScanner } from '../../local/guardduty/clamd-scanner.ts';
import { eicarTestString } from '../../local/guardduty/malware-scanner.ts';

/** A clamd of one's own, with one signature and small limits. */
export interface RunningClamd {
  host: string;
  port: number;
  stop(): Promise<void>;
}

/** Starts clamd as it comes with Debian. Throws an Error that names the package if it is missing. */
export async function startClamd({
  streamMaxMebibytes,
}: {
  streamMaxMebibytes: number;
}): Promise<RunningClamd> {
  const program = ['/usr/sbin/clamd', '/usr/local/sbin/clamd', '/opt/homebrew/sbin/clamd'].find(existsSync);
  if (program === undefined) {
    throw new Error(
      'clamd is missing: install the Debian package clamav-daemon (apt-get install clamav-daemon)',
    );
  }
  const directory = mkdtempSync(join(tmpdir(), 'slackwater-clamav-'));
  // Who started as root becomes the user clamav, and has to find its files.
  chmodSync(directory, 0o755);
  const port = await freePort();
  writeFileSync(
    join(directory, 'test.ndb'),
    `Test.Eicar:0:*:${Buffer.from(eicarTestString).toString('hex')}\n`,
  );
  writeFileSync(
    join(directory, 'clamd.conf'),
    [
      `DatabaseDirectory ${directory}`,
      'Foreground yes',
      `TCPSocket ${port}`,
      'TCPAddr 127.0.0.1',
      'User clamav',
      `StreamMaxLength ${streamMaxMebibytes}M`,
      'AlertEncrypted yes',
      'AlertExceedsMax yes',
      // In clamd's own tongue: the most of one file that is looked at.
      'MaxFileSize 1M',
      '',
    ].join('\n'),
  );
  const daemon = spawn(program, ['--config-file', join(directory, 'clamd.conf')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async (): Promise<void> => {
    if (daemon.exitCode === null && daemon.signalCode === null) {
      daemon.kill('SIGTERM');
      await once(daemon, 'exit');
    }
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await untilItAnswers(daemon, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: '127.0.0.1', port, stop };
}

async function untilItAnswers(daemon: ChildProcess, port: number): Promise<void> {
  let output = '';
  daemon.stdout?.on('data', (piece) => {
    output += piece;
  });
  daemon.stderr?.on('data', (piece) => {
    output += piece;
  });
  const { version } = createClamdScanner({ host: '127.0.0.1', port });
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    if (daemon.exitCode !== null) throw new Error(`clamd ended with exit code ${daemon.exitCode}: ${output}`);
    if (await version().catch(() => undefined)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`clamd did not answer within a minute: ${output}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
