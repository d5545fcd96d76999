import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { LambdaDefinition } from '../lambda/lambda.ts';
import { TemplateError } from '../template/template.ts';
import { type Body, type BodyContext, madeUpName, readProperties } from './body.ts';

const functionSchema = z.object({
  FunctionName: z.string().optional(),
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Timeout: z.coerce.number().default(3),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()) }).optional(),
});

/** `AWS::Lambda::Function`: its bundled asset in a process of its own, and a target for rules and schedules. */
export const lambdaFunction: Body = async (context) => {
  const { lambda, targets } = context.services;
  const said = readProperties(context, functionSchema);
  const definition: LambdaDefinition = {
    name: said.FunctionName ?? madeUpName(context),
    directory: await assetDirectory(context, said.Code.S3Key),
    handler: said.Handler,
    environment: said.Environment?.Variables ?? {},
    timeoutSeconds: said.Timeout,
    ...(said.ReservedConcurrentExecutions ? { concurrency: said.ReservedConcurrentExecutions } : {}),
  };
  const arn = lambda.putFunction(definition);
  context.known.functions.set(definition.name, definition);
  targets.add(arn, async ({ payload }) => lambda.invokeAsynchronously(definition.name, JSON.parse(payload)));
  return { Ref: definition.name, Arn: arn };
};

/** `AWS::Lambda::EventInvokeConfig`: how often a failed asynchronous invocation is tried again. */
export const eventInvokeConfig: Body = (context) => {
  const said = readProperties(
    context,
    z.object({ FunctionName: z.string(), MaximumRetryAttempts: z.coerce.number().optional() }),
  );
  const { functions } = context.known;
  const definition = functions.get(said.FunctionName);
  if (!definition)
    throw new TemplateError(`${context.logicalId} configures an unknown function ${said.FunctionName}`);
  if (said.MaximumRetryAttempts !== undefined) {
    const changed = { ...definition, retries: said.MaximumRetryAttempts };
    functions.set(said.FunctionName, changed);
    context.services.lambda.putFunction(changed);
  }
  return { Ref: context.logicalId };
};

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** Where the cloud assembly keeps what would be uploaded under this key. */
async function assetDirectory({ stack, logicalId }: BodyContext, key: string): Promise<string> {
  const manifest = join(stack.assemblyDirectory, `${stack.artifactId}.assets.json`);
  const { files } = assetsSchema.parse(JSON.parse(await readFile(manifest, 'utf8')));
  const found = Object.values(files).find(({ destinations }) =>
    Object.values(destinations).some(({ objectKey }) => objectKey === key),
  );
  if (!found) throw new TemplateError(`${logicalId} has the code ${key}, which is not in ${manifest}`);
  return join(stack.assemblyDirectory, found.source.path);
}
