import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AwsError, type JsonService, jsonService } from './json-protocol.ts';
import { localAccount, localRegion } from './local-service.ts';

/** The local Secrets Manager: secrets lie in one file of the state directory, in clear. */
export interface SecretsManager extends JsonService {
  /** Makes or changes a secret; answers its ARN. */
  put(name: string, value: string): string;
  /** The value by name or ARN; undefined if there is none. */
  get(nameOrArn: string): string | undefined;
}

/** Opens the secrets of the state directory. */
export function createSecretsManager({ stateDirectory }: { stateDirectory: string }): SecretsManager {
  mkdirSync(stateDirectory, { recursive: true });
  const file = join(stateDirectory, 'secrets.json');
  const secrets = read(file);
  const get = (nameOrArn: string): string | undefined => secrets[nameOrArn.split(':secret:').at(-1) ?? ''];
  return {
    ...jsonService(['secretsmanager'], {
      GetSecretValue: ({ SecretId }: { SecretId: string }) => {
        const value = get(SecretId);
        if (value === undefined) {
          throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find ${SecretId}.`);
        }
        const name = SecretId.split(':secret:').at(-1) ?? SecretId;
        return { ARN: arnOf(name), Name: name, SecretString: value, VersionStages: ['AWSCURRENT'] };
      },
      ListSecrets: () => ({
        SecretList: Object.keys(secrets).map((name) => ({ ARN: arnOf(name), Name: name })),
      }),
    }),
    put: (name, value) => {
      secrets[name] = value;
      writeFileSync(`${file}.new`, JSON.stringify(secrets), { mode: 0o600 });
      renameSync(`${file}.new`, file);
      return arnOf(name);
    },
    get,
  };
}

function arnOf(name: string): string {
  return `arn:aws:secretsmanager:${localRegion}:${localAccount}:secret:${name}`;
}

function read(file: string): Record<string, string> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`${file} cannot be read: delete it to begin without secrets`, { cause: error });
  }
}
