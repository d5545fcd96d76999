import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SynthesizedTemplate } from './template.ts';

/** The project's folder. */
export const projectDirectory = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the CDK app and answers every stack of it. Throws an Error with the app's own words if it fails. */
export async function synthesize(): Promise<SynthesizedTemplate[]> {
  const directory = await mkdtemp(join(tmpdir(), 'slackwater-cost-'));
  try {
    await promisify(execFile)(process.execPath, ['bin/app.ts'], {
      cwd: projectDirectory,
      env: { ...process.env, CDK_OUTDIR: directory, CDK_VALIDATION: 'false' },
      maxBuffer: 64 * 1024 ** 2,
    });
    const files = (await readdir(directory)).filter((file) => file.endsWith('.template.json')).sort();
    return await Promise.all(
      files.map(async (file) => ({
        stackName: file.replace('.template.json', ''),
        Resources: JSON.parse(await readFile(join(directory, file), 'utf8')).Resources,
      })),
    );
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(`The CDK app bin/app.ts failed:\n${stderr?.trim() || message}`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
