import { allowedActions } from './allowed-actions.ts';
import { assumptions, hoursPerMonth } from './assumptions.ts';
import { type BillLine, line } from './bill.ts';
import { invocationsAtRest, timesPerMonth } from './invocations.ts';
import { unitPrice } from './resource-costs.ts';
import { idIn, ofType, type SynthesizedTemplate } from './template.ts';
import { workerLines, workerSizes } from './worker-size.ts';

/** What a deployment does in a month in which nobody sends it anything: counting, and what its schedules ask for. */
export function restActivity(template: SynthesizedTemplate): BillLine[] {
  return [...lambdas(template), ...alwaysRunning(template), ...schedules(template)];
}

function lambdas(template: SynthesizedTemplate): BillLine[] {
  const invocations = invocationsAtRest(template);
  return ofType(template, 'AWS::Lambda::Function').flatMap(({ id, properties }) => {
    const times = invocations.get(id) ?? 0;
    if (times === 0) return [];
    const architecture = properties.Architectures?.includes('arm64') ? 'arm64' : 'x86';
    const gigabytes = Number(properties.MemorySize ?? 128) / 1024;
    const { demandMilliseconds, demandLogBytes } = assumptions;
    const { FunctionName: given } = properties;
    const name = typeof given === 'string' ? given.replace(`${template.stackName}-`, '') : id;
    const logged = (times * demandLogBytes) / 1e9;
    return [
      line(`Lambda invocations (${name})`, times, 'lambda-request', `every ${everyMinutes(times)}`),
      line(
        `Lambda duration (${name})`,
        (times * gigabytes * demandMilliseconds) / 1000,
        `lambda-gb-second-${architecture}`,
        `assumed: ${demandMilliseconds} ms a run`,
      ),
      line('Log ingestion', logged, 'log-ingestion', `assumed: ${demandLogBytes} bytes a run`),
      line('Log storage', logged, 'log-storage', 'a month of it'),
      ...asking(template, allowedActions(template, properties.Role), times),
    ];
  });
}

function everyMinutes(timesAMonth: number): string {
  const minutes = Math.round((hoursPerMonth * 60) / timesAMonth);
  return minutes === 1 ? 'minute' : `${minutes} minutes`;
}

/** What a Lambda asks and tells with the rights it has: queues' lengths, a list of a bucket, metrics in one request. */
function asking(template: SynthesizedTemplate, allowed: Set<string>, times: number): BillLine[] {
  const queues = 2 * taskQueues(template);
  const { demandMetrics } = assumptions;
  return [
    ...(allowed.has('sqs:GetQueueAttributes')
      ? [
          line(
            'SQS requests (GetQueueAttributes)',
            times * queues,
            'sqs-request',
            `${queues} queues each time`,
          ),
        ]
      : []),
    ...(allowed.has('s3:ListBucket') ? [line('S3 requests (LIST)', times, 's3-write', 'one each time')] : []),
    ...(allowed.has('cloudwatch:PutMetricData')
      ? [
          line('CloudWatch requests (PutMetricData)', times, 'cloudwatch-request'),
          line('Custom metrics', demandMetrics.length, 'custom-metric', demandMetrics.join(', ')),
        ]
      : []),
  ];
}

/** Each names its dead-letter queue, which makes two to count. */
function taskQueues(template: SynthesizedTemplate): number {
  return ofType(template, 'AWS::SQS::Queue').filter(({ properties }) => properties.RedrivePolicy).length;
}

function alwaysRunning(template: SynthesizedTemplate): BillLine[] {
  return workerSizes(template).flatMap((size) => {
    const hours = size.atRest * hoursPerMonth;
    if (hours === 0) {
      const note = 'none runs, so no public IPv4 either';
      return [line('Workers that never stop', 0, `fargate-vcpu-hour-${size.architecture}`, note)];
    }
    return [
      ...workerLines(size, hours, `${size.atRest} running at rest`),
      line(
        'SQS requests (empty receives)',
        hours * assumptions.emptyReceivesPerHour,
        'sqs-request',
        'assumed: one long poll of 20 s after another',
      ),
    ];
  });
}

/** A schedule of the catalogue asks for work also when nobody else does: it wakes a worker and the database. */
function schedules(template: SynthesizedTemplate): BillLine[] {
  const { workerSecondsPerWake, databaseSecondsPerWake, unitsWorking, unitsWaiting, metricsPerWake } =
    assumptions;
  return ofType(template, 'AWS::Scheduler::Schedule').flatMap(({ properties }) => {
    const times = properties.State === 'DISABLED' ? 0 : timesPerMonth(properties.ScheduleExpression);
    const invocation = line('Scheduler invocations', times, 'schedule-invocation');
    const target = template.Resources[idIn(properties.Target?.Arn) ?? ''];
    if (target?.Type !== 'AWS::SQS::Queue') return [invocation];
    // However many wake it, it cannot be awake for longer than always.
    const hours = Math.min(hoursPerMonth, (times * workerSecondsPerWake) / 3600);
    const note = `assumed: scheduled work keeps a worker for ${workerSecondsPerWake} s each time`;
    const workers = workerSizes(template).filter(({ atRest }) => atRest === 0);
    return [
      invocation,
      line(
        'Custom metrics of scheduled work',
        metricsPerWake * Math.min(1, times / hoursPerMonth),
        'custom-metric',
        `assumed: ${metricsPerWake} for an hour each time`,
      ),
      line(
        'CloudWatch metrics read while workers run',
        hours * 60 * (2 + taskQueues(template)),
        'metric-read',
        'what is held and needed, and the length of attempts by task, every minute',
      ),
      line('Secrets Manager requests', times * workers.length, 'secret-request', 'one a worker'),
      ...workers.flatMap((size) => workerLines(size, hours, note)),
      ...ofType(template, 'AWS::RDS::DBCluster').flatMap(({ properties: cluster }) => {
        const scaling = cluster.ServerlessV2ScalingConfiguration;
        if (scaling?.MinCapacity !== 0) return [];
        const pause = scaling.SecondsUntilAutoPause ?? 300;
        const unitSeconds = databaseSecondsPerWake * unitsWorking + pause * unitsWaiting;
        return [
          line(
            'Aurora, woken by schedules',
            Math.min(hoursPerMonth * unitsWorking, (times * unitSeconds) / 3600),
            unitPrice(cluster),
            `assumed each time: ${databaseSecondsPerWake} s at ${unitsWorking} unit, ${pause} s until the pause at ${unitsWaiting}`,
          ),
        ];
      }),
    ];
  });
}
