import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { SecretsManager } from '../secrets-manager.ts';
import { TemplateError } from '../template/template.ts';
import { type Body, madeUpName, readProperties } from './body.ts';

/** `AWS::SecretsManager::Secret`: generated once, the same at every later start. */
export const secret: Body = (context) => {
  const { secrets } = context.services;
  const said = readProperties(
    context,
    z.object({
      Name: z.string().optional(),
      SecretString: z.string().optional(),
      GenerateSecretString: z
        .object({
          GenerateStringKey: z.string().optional(),
          PasswordLength: z.coerce.number().default(32),
          SecretStringTemplate: z.string().optional(),
        })
        .optional(),
    }),
  );
  const name = said.Name ?? madeUpName(context);
  const value = said.SecretString ?? secrets.get(name) ?? generate(said.GenerateSecretString);
  const arn = secrets.put(name, value);
  return { Ref: arn, Id: arn };
};

/** `AWS::SecretsManager::SecretTargetAttachment`: writes the database's true address and user into the secret. */
export const secretTargetAttachment: Body = (context) => {
  const { SecretId, TargetId } = readProperties(
    context,
    z.object({ SecretId: z.string(), TargetId: z.string() }),
  );
  const database = context.known.databases.get(TargetId);
  if (!database)
    throw new TemplateError(`${context.logicalId} attaches a secret to ${TargetId}, which is no database`);
  const { secrets } = context.services;
  const before = JSON.parse(secrets.get(SecretId) ?? '{}') as object;
  const facts = {
    engine: 'postgres',
    host: database.host,
    port: database.port,
    dbname: database.database,
    username: database.user,
    password: database.password,
  };
  secrets.put(SecretId.split(':secret:').at(-1) ?? SecretId, JSON.stringify({ ...before, ...facts }));
  return { Ref: SecretId, Id: SecretId };
};

/**
 * The value behind a container's `ValueFrom` or the tail of `{{resolve:secretsmanager:…}}`: an ARN, and behind it
 * perhaps a key of the secret's JSON. Throws TemplateError.
 */
export function secretValue(secrets: SecretsManager, reference: string): string {
  const [, arn = reference, key = ''] =
    /^(arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^:]+|[^:]+)(?::SecretString)?:?([^:]*)/.exec(reference) ??
    [];
  const value = secrets.get(arn);
  if (value === undefined) throw new TemplateError(`There is no local secret ${arn}`);
  if (key === '') return value;
  const inner = (JSON.parse(value) as Record<string, unknown>)[key];
  if (inner === undefined) throw new TemplateError(`The secret ${arn} has no ${JSON.stringify(key)}`);
  return String(inner);
}

function generate(said?: {
  GenerateStringKey?: string | undefined;
  PasswordLength: number;
  SecretStringTemplate?: string | undefined;
}): string {
  const password = randomBytes(96)
    .toString('base64url')
    .replace(/[-_]/g, '')
    .slice(0, said?.PasswordLength ?? 32);
  if (said?.GenerateStringKey === undefined) return password;
  const template = JSON.parse(said.SecretStringTemplate ?? '{}') as object;
  return JSON.stringify({ ...template, [said.GenerateStringKey]: password });
}
