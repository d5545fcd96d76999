import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const recordSchema = z.object({ pid: z.int().positive(), title: z.string().min(8) });

/** Notes of running processes on disk, so that the next local cloud finds those that a crash left behind. */
export interface ProcessRecords {
  /** The title must be the process's own and no other's, and stand in its command line. */
  write(id: string, process: { pid: number; title: string }): void;
  remove(id: string): void;
  /** Kills what is noted and still lives, if it is ours. Answers how many were killed. */
  killOrphans(): Promise<number>;
}

/** Keeps one file a process in the folder, which is made if need be. */
export function createProcessRecords(directory: string): ProcessRecords {
  mkdirSync(directory, { recursive: true });
  const fileOf = (id: string): string => join(directory, `${id}.json`);
  return {
    write: (id, process) => writeFileSync(fileOf(id), JSON.stringify(process)),
    remove: (id) => rmSync(fileOf(id), { force: true }),
    killOrphans: async () => {
      let killed = 0;
      for (const file of readdirSync(directory)) {
        const record = recordSchema.safeParse(readJson(join(directory, file)));
        // A process id is used again: only the title tells whether it is still the same process.
        if (record.success && (await commandLine(record.data.pid)).includes(record.data.title)) {
          killGroup(record.data.pid);
          killed += 1;
        }
        rmSync(join(directory, file), { force: true });
      }
      return killed;
    },
  };
}

/** Kills a process that leads its group, with all that it started; nothing happens if they are gone. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // macOS says EPERM of a group of which only the dead are left.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

async function commandLine(pid: number): Promise<string> {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // No such process, or a system without /proc.
  }
  try {
    return (await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)])).stdout;
  } catch {
    return '';
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
