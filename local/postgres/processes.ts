import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** When a process began, in words that only it has; undefined if it has ended. Tells a pid that was used again. */
export async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux')
    return (await ps(['-o', 'lstart=', '-p', String(pid)])).trim() || undefined;
  const [stat, boot] = await Promise.all([
    read(`/proc/${pid}/stat`),
    read('/proc/sys/kernel/random/boot_id'),
  ]);
  // The second field is the program's name in brackets, which may hold blanks: count from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ended = stat === '' || fields[0] === 'Z' || fields[0] === 'X';
  return ended ? undefined : `${boot.trim()} ${fields[19]}`;
}

/** Processes whose command line holds these words, as far as this user may see them. */
export async function processesRunning(words: string): Promise<number[]> {
  const lines =
    process.platform === 'linux' ? await commandLines() : (await ps(['-axo', 'pid=,command='])).split('\n');
  return lines.filter((line) => `${line} `.includes(`${words} `)).map((line) => Number.parseInt(line, 10));
}

async function commandLines(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(
    pids.map(async (pid) => `${pid} ${(await read(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ')}`),
  );
}

async function ps(options: string[]): Promise<string> {
  return promisify(execFile)('ps', options).then(
    ({ stdout }) => stdout,
    () => '',
  );
}

function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
