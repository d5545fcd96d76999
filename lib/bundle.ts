import { fileURLToPath } from 'node:url';
import { type BuildOptions, type BuildResult, buildSync } from 'esbuild';

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

/** Bundles a program with everything it imports, so that it runs without node_modules. */
export function bundle({
  entry,
  outfile,
  external = [],
}: {
  entry: string;
  outfile: string;
  /** Packages that are found in node_modules when it runs. */
  external?: readonly string[];
}): BuildResult {
  return buildSync({
    ...bundleSettings,
    entryPoints: [entry],
    outfile,
    external: [niceness, ...external],
    mainFields: ['module', 'main'],
    // What CommonJS packages rely on and an ES module does not have: their folder, and require for Node's own modules.
    define: { __dirname: 'import.meta.dirname' },
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
  });
}
