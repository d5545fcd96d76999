import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** When a process began, in words that only it has; undefined if it has ended. Tells a pid that was used again. */
export async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return (await ps(pid, 'lstart=')) || undefined;
  const [stat, boot] = await Promise.all([
    read(`/proc/${pid}/stat`),
    read('/proc/sys/kernel/random/boot_id'),
  ]);
  // The second field is the program's name in brackets, which may hold blanks: count from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ended = stat === '' || fields[0] === 'Z' || fields[0] === 'X';
  return ended ? undefined : `${boot.trim()} ${fields[19]}`;
}

/** The command line of a process; empty if it has ended. */
export async function commandOf(pid: number): Promise<string> {
  if (process.platform !== 'linux') return ps(pid, 'command=');
  return (await read(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ');
}

async function ps(pid: number, column: string): Promise<string> {
  const { stdout } = await promisify(execFile)('ps', ['-o', column, '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.trim();
}

function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
