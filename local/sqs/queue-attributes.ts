import { sqsErrors } from './sqs-errors.ts';

/** Settings of a queue, as texts by their names in SQS. */
export type QueueAttributes = Record<string, string>;

/** When SQS gives a message up, and where it goes then. */
export interface RedrivePolicy {
  deadLetterTargetArn: string;
  maxReceiveCount: number;
}

/** What a queue has that was created without a word. */
export const defaultQueueAttributes = {
  VisibilityTimeout: '30',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
} satisfies QueueAttributes;

const ranges = new Map<string, [number, number]>(
  Object.entries({
    VisibilityTimeout: [0, 43_200],
    MaximumMessageSize: [1024, 1_048_576],
    MessageRetentionPeriod: [60, 1_209_600],
    DelaySeconds: [0, 900],
    ReceiveMessageWaitTimeSeconds: [0, 20],
    KmsDataKeyReusePeriodSeconds: [60, 86_400],
  }),
);
const fifoNames = new Set([
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
]);

/**
 * Checks settings and writes them as SQS returns them. An empty Policy, RedrivePolicy, RedriveAllowPolicy or
 * KmsMasterKeyId takes the setting away. Throws AwsError.
 */
export function readQueueAttributes(input: Record<string, unknown>): QueueAttributes {
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, read(name, String(value))]));
}

/** Sets what is given and takes away what is given empty. */
export function mergeQueueAttributes(current: QueueAttributes, change: QueueAttributes): QueueAttributes {
  const merged = { ...current, ...change };
  if (change.KmsMasterKeyId) merged.SqsManagedSseEnabled = 'false';
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
}

/** The redrive policy among a queue's settings. */
export function redrivePolicyOf(attributes: QueueAttributes): RedrivePolicy | undefined {
  return attributes.RedrivePolicy ? (JSON.parse(attributes.RedrivePolicy) as RedrivePolicy) : undefined;
}

function read(name: string, value: string): string {
  const range = ranges.get(name);
  if (range) {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < range[0] || number > range[1]) {
      throw sqsErrors.invalidAttributeValue(name, value, `Must be between ${range[0]} and ${range[1]}.`);
    }
    return String(number);
  }
  if (fifoNames.has(name)) {
    throw sqsErrors.unsupportedOperation(`${name}: the local SQS has standard queues only.`);
  }
  switch (name) {
    case 'RedrivePolicy':
      return value === '' ? '' : readRedrivePolicy(value);
    case 'Policy':
    case 'RedriveAllowPolicy':
      if (value !== '') parseObject(name, value);
      return value;
    case 'SqsManagedSseEnabled':
      if (value !== 'true' && value !== 'false') throw sqsErrors.invalidAttributeValue(name, value);
      return value;
    case 'KmsMasterKeyId':
      return value;
    default:
      throw sqsErrors.invalidAttributeName(name);
  }
}

function readRedrivePolicy(value: string): string {
  const { deadLetterTargetArn, maxReceiveCount } = parseObject('RedrivePolicy', value);
  const count = Number(maxReceiveCount);
  if (typeof deadLetterTargetArn !== 'string') {
    throw sqsErrors.invalidValue('RedrivePolicy', value, 'It must have a deadLetterTargetArn');
  }
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw sqsErrors.invalidValue(
      'RedrivePolicy',
      value,
      `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to 1000 both inclusive`,
    );
  }
  return JSON.stringify({ deadLetterTargetArn, maxReceiveCount: count } satisfies RedrivePolicy);
}

function parseObject(name: string, value: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>;
  } catch {
    // refused below, like JSON that is no object
  }
  throw sqsErrors.invalidAttributeValue(name, value, 'It must be a JSON object.');
}
