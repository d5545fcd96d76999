import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { bundleSettings, projectDirectory } from '../lib/bundle.ts';

/** What the package exports beside the definition of every task: of each module all, or these. */
const entries: Record<string, '*' | string[]> = {
  'client/task-client.ts': '*',
  'client/direct-task-client.ts': '*',
  'client/fake-task-client.ts': '*',
  'client/send-options.ts': '*',
  'client/task-client-config.ts': ['type OneTimeSchedules', 'type TaskClientConfig'],
  'client/create-upload.ts': ['type Upload', 'type UploadRequest'],
  'client/download.ts': ['type DownloadOptions', 'NoDownload'],
  'client/in-transaction.ts': ['RolledBack', 'type TransactionSource'],
  'client/queue-messages.ts': ['MessageRefused'],
  'client/in-memory/sent-message.ts': ['type SentMessage'],
  'client/in-memory/direct-attempts.ts': ['type DirectHandler'],
  'client/in-memory/direct-context.ts': ['type DirectLog'],
  'ledger/ledger.ts': ['LedgerUnreachable', 'type Progress', 'type RunStatus'],
  'ledger/outbox.ts': ['NoOutbox', 'type OpenTransaction'],
  'messages/reply.ts': ['type ReplyData'],
  'messages/write-message.ts': '*',
  'tasks/index.ts': '*',
  'tasks/define-task.ts': '*',
};

/**
 * Builds the package that a web application imports: the client, the definitions of every task, and their types.
 * Its dependencies are the packages that its code and its types really import. Throws if a type cannot be emitted.
 */
export function buildClient(directory: string): void {
  const tasks = globSync('tasks/*/task.ts', { cwd: projectDirectory }).sort();
  const exported = { ...entries, ...Object.fromEntries(tasks.map((path) => [path, '*' as const])) };
  const { metafile } = buildSync({
    ...bundleSettings,
    stdin: { contents: reexport(exported, './', '.ts'), resolveDir: projectDirectory, loader: 'ts' },
    outfile: join(directory, 'index.js'),
    packages: 'external',
    target: 'node20',
    metafile: true,
  });
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  const typed = emitTypes(Object.keys(exported), directory);
  writeFileSync(join(directory, 'index.d.ts'), reexport(exported, './types/', '.js'));
  writePackage(directory, [...imported, ...typed]);
}

function reexport(exported: typeof entries, folder: string, extension: string): string {
  return Object.entries(exported)
    .map(([path, names]) => {
      const what = names === '*' ? '*' : `{ ${names.join(', ')} }`;
      return `export ${what} from '${folder}${path.replace(/\.ts$/, extension)}';\n`;
    })
    .join('');
}

/** Answers the packages that the types import. */
function emitTypes(modules: readonly string[], directory: string): string[] {
  const types = join(directory, 'types');
  const compiler = join(projectDirectory, 'node_modules/typescript/bin/tsc');
  const settings = join(directory, 'tsconfig.json');
  writeFileSync(
    settings,
    JSON.stringify({
      extends: join(projectDirectory, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        // `npm run check` does that.
        noCheck: true,
        rootDir: projectDirectory,
        outDir: types,
        typeRoots: [join(projectDirectory, 'node_modules/@types')],
      },
      include: [],
      files: modules.map((path) => join(projectDirectory, path)),
    }),
  );
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', settings], { encoding: 'utf8' });
  rmSync(settings);
  if (status !== 0) throw new Error(`The client's types cannot be emitted:\n${stdout}`);
  return globSync('**/*.d.ts', { cwd: types }).flatMap((file) => {
    const path = join(types, file);
    // A declaration names the source it was made of, which is not in the package.
    const text = readFileSync(path, 'utf8').replace(/(['"])(\.\.?\/[^'"]+)\.ts\1/g, '$1$2.js$1');
    writeFileSync(path, text);
    return [...text.matchAll(/(?:from |import\()(['"])([^.'"][^'"]*)\1/g)].map((match) => match[2] ?? '');
  });
}

function writePackage(directory: string, imported: readonly string[]): void {
  const own = JSON.parse(readFileSync(join(projectDirectory, 'package.json'), 'utf8')) as {
    version: string;
    license: string;
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const versions: Record<string, string> = { ...own.devDependencies, ...own.dependencies };
  const packages = new Set(imported.filter((path) => !isBuiltin(path)).map(packageOf));
  for (const name of [...packages]) if (versions[`@types/${name}`]) packages.add(`@types/${name}`);
  const dependencies = Object.fromEntries(
    [...packages].sort().map((name) => {
      const version = versions[name];
      if (!version) throw new Error(`The client imports ${name}, which is not in package.json: add it there`);
      return [name, version];
    }),
  );
  const settings = {
    name: 'slackwater-client',
    version: own.version,
    description: "Sends a web application's background work to Slackwater and tells what became of it",
    license: own.license,
    type: 'module',
    engines: { node: '>=20' },
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    files: ['index.js', 'index.js.map', 'index.d.ts', 'types'],
    dependencies,
  };
  writeFileSync(join(directory, 'package.json'), `${JSON.stringify(settings, null, 2)}\n`);
}

function isBuiltin(path: string): boolean {
  return path.startsWith('node:') || builtinModules.includes(path);
}

function packageOf(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}
