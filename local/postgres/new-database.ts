import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { UserIds } from './server-user.ts';

/**
 * Answers the password of the database in the data folder, and makes that database where there is none. The password
 * file is written last: without it the database was not made to its end, and is made anew.
 */
export async function ensureDatabase(place: {
  passwordFile: string;
  data: string;
  initdb: string;
  user: UserIds | undefined;
  log(line: string): void;
}): Promise<string> {
  const { passwordFile, data } = place;
  const made = await access(path.join(data, 'PG_VERSION'))
    .then(
      () => readFile(passwordFile, 'utf8'),
      () => '',
    )
    .catch(() => '');
  if (made !== '') return made.trim();
  place.log(`Making a database in ${data}`);
  for (const entry of await readdir(data)) await rm(path.join(data, entry), { recursive: true });
  const password = randomBytes(18).toString('base64url');
  await runInitdb(place, password);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  return password;
}

async function runInitdb(
  { data, initdb, user }: { data: string; initdb: string; user: UserIds | undefined },
  password: string,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slackwater-initdb-'));
  try {
    const passwordFile = path.join(folder, 'password');
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (user) for (const one of [folder, passwordFile]) await chown(one, user.uid, user.gid);
    const child = spawn(
      initdb,
      [
        `--pgdata=${data}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // Postgres's own C.UTF-8: the same on every machine, whatever locales are installed.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--no-sync',
        '--no-instructions',
      ],
      { ...user, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const [said, code] = await Promise.all([text(child.stderr), ended]);
    if (code !== 0) throw new Error(`initdb could not make a database in ${data}: ${said.trim()}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}
