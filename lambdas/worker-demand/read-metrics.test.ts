import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { readMetrics } from './read-metrics.ts';

const client = new CloudWatchClient({ region: 'eu-west-2' });
const mock = mockClient(client);
beforeEach(() => void mock.reset());

describe('readMetrics', () => {
  const now = new Date('2026-11-22T10:00:30Z');
  const read = () => readMetrics(client, { deployment: 'slackwater-dev', tasks: ['first', 'second'], now });

  it('takes the fullest of the last minutes as held and the newest hour as the length of attempts', async () => {
    mock.on(GetMetricDataCommand).callsFake(({ MetricDataQueries }) => ({
      MetricDataResults: MetricDataQueries.map(({ Id }: { Id: string }) => ({
        Id,
        StatusCode: 'Complete',
        Values: { held: [0.5, 2.25, 2], needed: [3, 4], seconds0: [31, 900], seconds1: [] }[Id],
      })),
    }));
    expect(await read()).toEqual({ held: 2.25, seconds: new Map([['first', 31]]), recentNeeded: [3, 4] });
  });

  it('asks for two minutes of what was needed and never for what was demanded', async () => {
    mock.on(GetMetricDataCommand).resolves({ MetricDataResults: [] });
    expect(await read()).toEqual({ held: 0, seconds: new Map(), recentNeeded: [] });
    const inputs = mock.commandCalls(GetMetricDataCommand).map((call) => call.args[0].input);
    const asked = inputs.flatMap(({ MetricDataQueries, StartTime }) =>
      (MetricDataQueries ?? []).map(({ MetricStat }) => ({
        name: MetricStat?.Metric?.MetricName,
        task: MetricStat?.Metric?.Dimensions?.[1]?.Value,
        stat: MetricStat?.Stat,
        minutes: (now.getTime() - (StartTime?.getTime() ?? 0)) / 60_000,
      })),
    );
    expect(asked).toEqual([
      { name: 'WorkersHeld', task: undefined, stat: 'Sum', minutes: 2 },
      { name: 'WorkersNeeded', task: undefined, stat: 'Maximum', minutes: 2 },
      { name: 'AttemptSeconds', task: 'first', stat: 'Average', minutes: 120 },
      { name: 'AttemptSeconds', task: 'second', stat: 'Average', minutes: 120 },
    ]);
  });

  it('puts the pages of an answer together', async () => {
    mock.on(GetMetricDataCommand).callsFake(({ NextToken, MetricDataQueries }) =>
      MetricDataQueries[0].Id !== 'held'
        ? { MetricDataResults: [] }
        : NextToken
          ? { MetricDataResults: [{ Id: 'needed', Values: [1] }] }
          : {
              MetricDataResults: [{ Id: 'needed', StatusCode: 'PartialData', Values: [7] }],
              NextToken: 'more',
            },
    );
    expect((await read()).recentNeeded).toEqual([7, 1]);
  });

  it('fails when CloudWatch could not read a metric', async () => {
    mock
      .on(GetMetricDataCommand)
      .resolves({ MetricDataResults: [{ Id: 'held', StatusCode: 'InternalError' }] });
    await expect(read()).rejects.toThrow('CloudWatch answered InternalError to held');
  });
});
