import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AwsError, type JsonService, jsonService } from './json-protocol.ts';
import { localAccount, localRegion } from './local-service.ts';

const parameterSchema = z.object({
  Name: z.string(),
  Type: z.enum(['String', 'StringList', 'SecureString']),
  Value: z.string(),
  Version: z.int(),
  /** Seconds since 1970. */
  LastModifiedDate: z.number(),
  ARN: z.string(),
  DataType: z.literal('text'),
});
type Parameter = z.output<typeof parameterSchema>;

/** Systems Manager's parameters, kept in one file of the state directory. SecureStrings lie there in clear. */
export function createSsm({ stateDirectory }: { stateDirectory: string }): JsonService {
  mkdirSync(stateDirectory, { recursive: true });
  const file = join(stateDirectory, 'ssm-parameters.json');
  const parameters = new Map(readParameters(file).map((parameter) => [parameter.Name, parameter]));

  const save = (): void => {
    writeFileSync(`${file}.new`, JSON.stringify([...parameters.values()], undefined, 2));
    renameSync(`${file}.new`, file);
  };
  const nameOf = (nameOrArn: string): string => {
    const name = nameOrArn.replace(/^arn:aws:ssm:[^:]*:[^:]*:parameter/, '');
    return parameters.has(name) ? name : name.replace(/^\//, '');
  };

  return jsonService(['ssm'], {
    PutParameter: ({
      Name,
      Value,
      Type: type,
      Overwrite = false,
    }: {
      Name: string;
      Value: string;
      Type?: Parameter['Type'];
      Overwrite?: boolean;
    }) => {
      const before = parameters.get(Name);
      if (before && !Overwrite) {
        throw new AwsError('ParameterAlreadyExists', `${Name} exists: say Overwrite to replace its value`);
      }
      if (!Value)
        throw new AwsError('ValidationException', `${Name} needs a value of at least one character`);
      const Type = type ?? before?.Type ?? 'String';
      const Version = (before?.Version ?? 0) + 1;
      const ARN = `arn:aws:ssm:${localRegion}:${localAccount}:parameter/${Name.replace(/^\//, '')}`;
      const LastModifiedDate = Date.now() / 1000;
      parameters.set(Name, { Name, Value, Type, Version, LastModifiedDate, ARN, DataType: 'text' });
      save();
      return { Version, Tier: 'Standard' };
    },
    GetParameter: ({ Name }: { Name: string }) => {
      const parameter = parameters.get(nameOf(Name));
      if (!parameter) throw new AwsError('ParameterNotFound', `There is no parameter ${Name}`);
      return { Parameter: parameter };
    },
    GetParameters: ({ Names }: { Names: string[] }) => ({
      Parameters: Names.flatMap((name) => parameters.get(nameOf(name)) ?? []),
      InvalidParameters: Names.filter((name) => !parameters.has(nameOf(name))),
    }),
    DeleteParameter: ({ Name }: { Name: string }) => {
      if (!parameters.delete(Name)) throw new AwsError('ParameterNotFound', `There is no parameter ${Name}`);
      save();
      return {};
    },
    DescribeParameters: () => ({
      Parameters: [...parameters.values()].map(({ Value: _value, ...facts }) => facts),
    }),
  });
}

function readParameters(file: string): Parameter[] {
  try {
    return z.array(parameterSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`${file} cannot be read: delete it to begin without parameters`, { cause: error });
  }
}
