import { fileURLToPath } from 'node:url';
import { type BuildResult, buildSync } from 'esbuild';

/** The project's folder. */
export const projectDirectory = fileURLToPath(new URL('..', import.meta.url));

/** Bundles a program and everything it imports into one ES module that plain Node 24 runs. */
export function bundle({
  entry,
  outfile,
}: {
  entry: string;
  outfile: string;
}): BuildResult<{ metafile: true }> {
  return buildSync({
    absWorkingDir: projectDirectory,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    keepNames: true,
    legalComments: 'none',
    logLevel: 'error',
    metafile: true,
    // CommonJS packages ask for Node's own modules by require, which an ES module does not have.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
  });
}
