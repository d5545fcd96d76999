import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ownEnvironment } from '../config.ts';
import { type Template, TemplateError } from './template.ts';

/** A stack with everything that its template points to. */
export interface SynthesizedStack {
  stackName: string;
  /** The stack's name in the cloud assembly, with which its files begin. */
  artifactId: string;
  template: Template;
  /** The cloud assembly's folder: assets lie under it. */
  assemblyDirectory: string;
}

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z
        .looseObject({ templateFile: z.string().optional(), stackName: z.string().optional() })
        .optional(),
    }),
  ),
});

/**
 * Runs the CDK app and answers one of its stacks. Without a stack's name the first one counts.
 * Throws TemplateError with the app's own output if it fails, or the reason of an abort.
 */
export async function synthesize(options: {
  projectDirectory: string;
  outputDirectory: string;
  stackName?: string;
  signal?: AbortSignal;
}): Promise<SynthesizedStack> {
  await rm(options.outputDirectory, { recursive: true, force: true });
  try {
    await promisify(execFile)(process.execPath, ['bin/app.ts'], {
      cwd: options.projectDirectory,
      // `cdk synth` and `cdk deploy` hold the template against CloudFormation's schemas, which takes as long as the rest.
      env: { ...ownEnvironment, CDK_OUTDIR: options.outputDirectory, CDK_VALIDATION: 'false' },
      ...(options.signal && { signal: options.signal }),
    });
  } catch (error) {
    options.signal?.throwIfAborted();
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new TemplateError(`The CDK app bin/app.ts failed:\n${stderr?.trim() || message}`);
  }
  return readAssembly(options.outputDirectory, options.stackName);
}

/** Reads a stack from a cloud assembly that was synthesized before. Throws TemplateError. */
export async function readAssembly(assemblyDirectory: string, stackName?: string): Promise<SynthesizedStack> {
  const manifest = manifestSchema.parse(await readJson(join(assemblyDirectory, 'manifest.json')));
  const stacks = Object.entries(manifest.artifacts)
    .filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack')
    .map(([id, { properties }]) => ({
      id,
      name: properties?.stackName ?? id,
      file: properties?.templateFile,
    }));
  const stack = stackName === undefined ? stacks[0] : stacks.find((one) => one.name === stackName);
  if (!stack?.file) {
    throw new TemplateError(
      `The CDK app has no stack ${stackName ?? ''}; it has: ${stacks.map((one) => one.name).join(', ') || 'none'}`,
    );
  }
  return {
    stackName: stack.name,
    artifactId: stack.id,
    template: (await readJson(join(assemblyDirectory, stack.file))) as Template,
    assemblyDirectory,
  };
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}
