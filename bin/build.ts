import { globSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectDirectory } from '../lib/bundle.ts';
import { stageLambda } from '../lib/stage.ts';
import { stageWorker } from '../lib/stage-worker.ts';
import { buildClient } from './build-client.ts';

const dist = join(projectDirectory, 'dist');
const lambdas = globSync('*/index.ts', { cwd: join(projectDirectory, 'lambdas') }).map((path) =>
  path.slice(0, path.indexOf('/')),
);

rmSync(dist, { recursive: true, force: true });
build('worker', stageWorker);
for (const name of lambdas) build(`lambdas/${name}`, (directory) => stageLambda(name, directory));
build('client', buildClient);

function build(name: string, into: (directory: string) => void): void {
  const directory = join(dist, name);
  mkdirSync(directory, { recursive: true });
  into(directory);
  console.log(`${relative(projectDirectory, directory)}:`);
  for (const file of globSync('**/*.{js,mjs}', { cwd: directory })) {
    const kibibytes = Math.ceil(statSync(join(directory, file)).size / 1024);
    console.log(`  ${file}  ${kibibytes.toLocaleString('en-GB')} KiB`);
  }
}
