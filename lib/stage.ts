import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.ts';

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
