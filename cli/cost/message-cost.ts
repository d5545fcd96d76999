import { z } from 'zod';
import { fileRef, type Task } from '../../tasks/define-task.ts';
import { assumptions } from './assumptions.ts';
import { type BillLine, gather, line, total } from './bill.ts';
import { unitPrice } from './resource-costs.ts';
import { idIn, ofType, type SynthesizedTemplate } from './template.ts';
import { workerLines, workerSizes } from './worker-size.ts';

/** What a million messages of one task cost, one attempt each. */
export interface MessageCost {
  task: string;
  lines: BillLine[];
  totalUsd: number;
}

const messages = 1_000_000;
const gibibyteInMebibytes = 1024;

/** The marginal cost of a task's messages on this stack's queues and workers. */
export function messageCost(task: Task, template: SynthesizedTemplate): MessageCost {
  const lines = gather([
    ...queueRequests(task),
    ...work(task, template),
    ...fileRequests(task),
    ...(isIntake(task, template) ? intake(template) : []),
    ...throughGateways(template),
    line(
      'Log ingestion',
      (messages * assumptions.logBytesPerMessage) / 1e9,
      'log-ingestion',
      `assumed: ${assumptions.logBytesPerMessage} bytes a message`,
    ),
    ...(ofType(template, 'AWS::KMS::Key').length > 0
      ? [
          line(
            'KMS requests',
            messages * assumptions.kmsRequestsPerMessage,
            'kms-request',
            'assumed: data keys are reused, one request in a hundred messages',
          ),
        ]
      : []),
  ]);
  return { task: task.name, lines, totalUsd: total(lines) };
}

/** SQS counts every 64 KiB of a request as one, batches too. */
export function chunks(messagesInRequest: number, kibibytes: number = assumptions.messageKibibytes): number {
  return Math.max(1, Math.ceil((messagesInRequest * kibibytes) / 64));
}

function queueRequests({ concurrency, expectedSeconds, fairBy }: Task): BillLine[] {
  const { messageKibibytes, deletesPerBatch, renewalSeconds } = assumptions;
  const together = Math.min(10, concurrency);
  const renewals = Math.floor(expectedSeconds / renewalSeconds);
  const note = `assumed: ${messageKibibytes} KiB a message, sent one by one`;
  return [
    line('SQS requests (send)', messages * chunks(1), 'sqs-request', note),
    line(
      'SQS requests (receive)',
      (messages / together) * chunks(together),
      'sqs-request',
      `${together} at a time, as many as a worker does at once`,
    ),
    line('SQS requests (delete)', messages / deletesPerBatch, 'sqs-request', `${deletesPerBatch} a request`),
    ...(renewals > 0
      ? [line('SQS requests (renew)', (messages * renewals) / together, 'sqs-request', 'every 20 s')]
      : []),
    ...(fairBy ? [line('SQS fair queues', messages * chunks(1), 'sqs-fair-request')] : []),
  ];
}

/** Workers at full load, and the database that they keep busy. */
function work({ concurrency, expectedSeconds }: Task, template: SynthesizedTemplate): BillLine[] {
  const hours = (messages * expectedSeconds) / concurrency / 3600;
  const [size] = workerSizes(template);
  const [cluster] = ofType(template, 'AWS::RDS::DBCluster');
  const { unitsPerWorker, databaseIosPerMessage } = assumptions;
  return [
    ...(size ? workerLines(size, hours, `${expectedSeconds} s, ${concurrency} at a time in a worker`) : []),
    ...(cluster
      ? [
          line(
            'Aurora units',
            hours * unitsPerWorker,
            unitPrice(cluster.properties),
            `assumed: a busy worker keeps ${unitsPerWorker} units busy`,
          ),
          line(
            'Aurora I/O',
            messages * databaseIosPerMessage,
            'aurora-io',
            `assumed: ${databaseIosPerMessage} a message`,
          ),
        ]
      : []),
  ];
}

/** A file in a task's input is read once, one in its result is written once. */
function fileRequests({ input, result }: Task): BillLine[] {
  const reads = filesIn(input);
  const writes = filesIn(result);
  return [
    ...(reads > 0 ? [line('S3 reads', messages * reads, 's3-read', `${reads} a message`)] : []),
    ...(writes > 0 ? [line('S3 writes', messages * writes, 's3-write', `${writes} a message, at most`)] : []),
  ];
}

const fileKeys = Object.keys(fileRef.shape).sort().join();

function filesIn(schema: z.ZodType): number {
  const count = (value: unknown): number => {
    if (value === null || typeof value !== 'object') return 0;
    const { properties } = value as { properties?: object };
    if (properties && Object.keys(properties).sort().join() === fileKeys) return 1;
    return Object.values(value).reduce((sum: number, inner) => sum + count(inner), 0);
  };
  return count(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
}

/** Whether the verdicts of the malware scan go to this task. */
function isIntake({ name }: Task, template: SynthesizedTemplate): boolean {
  return ofType(template, 'AWS::Events::Rule').some(
    ({ properties }) =>
      properties.EventPattern?.source?.includes('aws.guardduty') &&
      properties.Targets.some(({ Arn }: { Arn: unknown }) => {
        const queue = template.Resources[idIn(Arn) ?? '']?.Properties?.QueueName;
        return typeof queue === 'string' && queue.endsWith(`-${name}`);
      }),
  );
}

/** What reaches AWS through NAT gateways, if there are any; S3 has a gateway endpoint of its own. */
function throughGateways(template: SynthesizedTemplate): BillLine[] {
  if (ofType(template, 'AWS::EC2::NatGateway').length === 0) return [];
  const { messageKibibytes, logBytesPerMessage } = assumptions;
  const bytes = 3 * messageKibibytes * 1024 + logBytesPerMessage;
  return [
    line(
      'NAT gateway data',
      (messages * bytes) / 1e9,
      'nat-gateway-gb',
      'assumed: three times the message, and logs',
    ),
  ];
}

/** An upload on its way to its verdict: written, scanned, tagged, announced, looked at. */
function intake(template: SynthesizedTemplate): BillLine[] {
  const { fileMebibytes } = assumptions;
  const file = `assumed: ${fileMebibytes} MiB a file`;
  const announced = ofType(template, 'AWS::S3::Bucket').some(
    ({ properties }) => properties.NotificationConfiguration?.EventBridgeConfiguration !== undefined,
  );
  return [
    line('GuardDuty, objects scanned', messages, 'malware-scan-object'),
    line('GuardDuty, GB scanned', (messages * fileMebibytes) / gibibyteInMebibytes, 'malware-scan-gb', file),
    line('S3 writes of the intake', messages * 2, 's3-write', 'upload, tag'),
    line('S3 reads of the intake', messages * 3, 's3-read', 'scan, its tags, its version'),
    ...(announced
      ? [
          line(
            'S3 events to EventBridge',
            messages * 3,
            'eventbridge-opt-in-event',
            'created, tagged, deleted',
          ),
        ]
      : []),
  ];
}
