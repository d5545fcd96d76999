import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';

/** The project's folder. */
export const projectDirectory = fileURLToPath(new URL('..', import.meta.url));

/**
 * What esbuild is told of every program: one ES module for plain Node 24, with stack traces that lead to the sources.
 * Not minified: Node prints the line that threw, and that would be a hundred kilobytes of it.
 */
export const bundleSettings = {
  absWorkingDir: projectDirectory,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  keepNames: true,
  legalComments: 'none',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'error',
} satisfies BuildOptions;

/** A native package with which the pool of threads could lower their priority; it does without. */
const niceness = '@napi-rs/nice';

interface Program {
  entry: string;
  outfile: string;
  /** Packages that are found in node_modules when it runs. */
  external?: readonly string[];
}

/** What this process has bundled already: every environment of an app has the same programs. */
const bundled = new Map<string, { name: string; contents: Uint8Array }[]>();

/** Bundles a program with everything it imports, so that it runs without node_modules. */
export function bundle({ entry, outfile, external = [] }: Program): void {
  const folder = dirname(outfile);
  // The source map leads from the program's folder to the sources, so it is another one elsewhere.
  const key = JSON.stringify([entry, basename(outfile), external, relative(folder, projectDirectory)]);
  const files = bundled.get(key) ?? build({ entry, outfile, external });
  bundled.set(key, files);
  mkdirSync(folder, { recursive: true });
  for (const { name, contents } of files) writeFileSync(join(folder, name), contents);
}

function build({ entry, outfile, external = [] }: Program): { name: string; contents: Uint8Array }[] {
  const { outputFiles } = buildSync({
    ...bundleSettings,
    entryPoints: [entry],
    outfile,
    write: false,
    external: [niceness, ...external],
    mainFields: ['module', 'main'],
    // What CommonJS packages rely on and an ES module does not have: their folder, and require for Node's own modules.
    define: { __dirname: 'import.meta.dirname' },
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
  });
  return outputFiles.map(({ path, contents }) => ({ name: basename(path), contents }));
}
