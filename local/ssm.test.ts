import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LocalServer, startServer } from './server.ts';
import { createSsm } from './ssm.ts';

let stateDirectory: string;
let server: LocalServer;
let client: SSMClient;

async function start(): Promise<void> {
  server = await startServer({ port: 0, services: [createSsm({ stateDirectory })] });
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  client = new SSMClient({ endpoint: server.url, region: 'eu-west-2', credentials });
}

async function stop(): Promise<void> {
  client.destroy();
  await server.close();
}

beforeEach(async () => {
  stateDirectory = mkdtempSync(join(tmpdir(), 'slackwater-ssm-'));
  await start();
});

afterEach(async () => {
  await stop();
  rmSync(stateDirectory, { recursive: true, force: true });
});

const Name = '/slackwater-dev/paused-tasks';

test('a parameter is there after a restart, with its version', async () => {
  await client.send(new PutParameterCommand({ Name, Value: '[]', Type: 'String' }));
  await client.send(new PutParameterCommand({ Name, Value: '["a"]', Type: 'String', Overwrite: true }));
  await stop();
  await start();
  const { Parameter } = await client.send(new GetParameterCommand({ Name }));
  expect(Parameter).toMatchObject({
    Name,
    Value: '["a"]',
    Version: 2,
    ARN: 'arn:aws:ssm:eu-west-2:000000000000:parameter/slackwater-dev/paused-tasks',
  });
  expect(Parameter?.LastModifiedDate).toBeInstanceOf(Date);
});

test('a parameter can be asked for by its ARN', async () => {
  for (const name of [Name, 'plain']) {
    await client.send(new PutParameterCommand({ Name: name, Value: name, Type: 'String' }));
    const ARN = `arn:aws:ssm:eu-west-2:000000000000:parameter/${name.replace(/^\//, '')}`;
    expect((await client.send(new GetParameterCommand({ Name: ARN }))).Parameter?.Value).toBe(name);
  }
});

test('several are read at once, and those that are not there are named', async () => {
  await client.send(new PutParameterCommand({ Name, Value: 'x', Type: 'String' }));
  const { Parameters, InvalidParameters } = await client.send(
    new GetParametersCommand({ Names: [Name, '/b'] }),
  );
  expect(Parameters).toMatchObject([{ Name, Value: 'x' }]);
  expect(InvalidParameters).toEqual(['/b']);
  const described = await client.send(new DescribeParametersCommand({}));
  expect(described.Parameters).toMatchObject([{ Name, Version: 1 }]);
  expect(described.Parameters?.[0]).not.toHaveProperty('Value');
});

test('what is there is not overwritten by accident, what is not there is not found', async () => {
  await client.send(new PutParameterCommand({ Name, Value: 'x', Type: 'String' }));
  const again = client.send(new PutParameterCommand({ Name, Value: 'y', Type: 'String' }));
  await expect(again).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
  await client.send(new DeleteParameterCommand({ Name }));
  const gone = client.send(new GetParameterCommand({ Name }));
  await expect(gone).rejects.toMatchObject({ name: 'ParameterNotFound' });
  const twice = client.send(new DeleteParameterCommand({ Name }));
  await expect(twice).rejects.toMatchObject({ name: 'ParameterNotFound' });
});

test('a file that cannot be read is named with its remedy', () => {
  const file = join(stateDirectory, 'ssm-parameters.json');
  writeFileSync(file, '{');
  expect(() => createSsm({ stateDirectory })).toThrow(`${file} cannot be read: delete it`);
});
