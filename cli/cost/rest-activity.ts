import { limits } from '../../tasks/limits.ts';
import { allowedActions } from './allowed-actions.ts';
import { assumptions, hoursPerMonth } from './assumptions.ts';
import { type BillLine, line } from './bill.ts';
import { invocationsAtRest } from './invocations.ts';
import { scheduledWork } from './scheduled-work.ts';
import { taskQueues } from './task-queues.ts';
import { ofType, type SynthesizedTemplate } from './template.ts';
import { workerLines, workerSizes } from './worker-size.ts';

/** What a deployment does in a month in which nobody sends it anything: counting, and what its schedules ask for. */
export function restActivity(template: SynthesizedTemplate): BillLine[] {
  return [...lambdas(template), ...alwaysRunning(template), ...scheduledWork(template)];
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
  const queues = taskQueues(template);
  const { demandMetrics } = assumptions;
  const every = limits.deadLettersCountedEveryMinutes;
  return [
    ...(allowed.has('sqs:GetQueueAttributes')
      ? [
          line(
            'SQS requests (GetQueueAttributes)',
            times * queues * (1 + 1 / every),
            'sqs-request',
            `${queues} queues each time, their dead-letter queues every ${every} minutes`,
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
