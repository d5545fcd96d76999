import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { readPausedTasks } from './read-paused-tasks.ts';

const client = new SSMClient({ region: 'eu-west-2' });
const mock = mockClient(client);
beforeEach(() => void mock.reset());

describe('readPausedTasks', () => {
  it('reads the names', async () => {
    mock.on(GetParameterCommand, { Name: '/a' }).resolves({ Parameter: { Value: '["property-report"]' } });
    expect(await readPausedTasks(client, '/a')).toEqual(new Set(['property-report']));
  });

  it.each([undefined, '', 'property-report', '{}', '[1]'])(
    'refuses %j and names the remedy',
    async (Value) => {
      mock.on(GetParameterCommand).resolves({ Parameter: Value === undefined ? {} : { Value } });
      await expect(readPausedTasks(client, '/a')).rejects.toThrow(
        /SSM parameter \/a holds .*: set it to a JSON array/,
      );
    },
  );
});
