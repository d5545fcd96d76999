import type { Operation } from '../json-protocol.ts';
import { localAccount } from '../local-service.ts';
import { type Queue, queueArn } from './queue.ts';
import {
  defaultQueueAttributes,
  mergeQueueAttributes,
  type QueueAttributes,
  readQueueAttributes,
  redrivePolicyOf,
} from './queue-attributes.ts';
import type { Queues } from './queues.ts';
import { sqsErrors } from './sqs-errors.ts';

const purgeIntervalMilliseconds = 60_000;
const mostListed = 1000;

/** Operations on queues as such. */
export function queueOperations(queues: Queues, endpoint: () => string): Record<string, Operation> {
  const urlOf = (name: string) => `${endpoint()}/${localAccount}/${name}`;
  const readAttributes = (input: Record<string, unknown> | undefined, name: string): QueueAttributes => {
    const attributes = readQueueAttributes(input ?? {});
    const target = redrivePolicyOf(attributes)?.deadLetterTargetArn;
    if (target === queueArn(name)) {
      throw sqsErrors.invalidValue(
        'RedrivePolicy',
        attributes.RedrivePolicy,
        'A queue cannot take its own dead letters',
      );
    }
    if (target !== undefined && !queues.byArn(target)) {
      throw sqsErrors.invalidValue(
        'RedrivePolicy',
        attributes.RedrivePolicy,
        'Dead letter target does not exist',
      );
    }
    return attributes;
  };
  const retag = (queue: Queue, tags: Record<string, string>) =>
    queues.configure(queue, { ...queue.settings, tags });

  return {
    CreateQueue: ({ QueueName: name, Attributes, tags = {} }) => {
      if (typeof name === 'string' && name.endsWith('.fifo')) {
        throw sqsErrors.unsupportedOperation(`${name}: the local SQS has standard queues only.`);
      }
      if (typeof name !== 'string' || !/^[\w-]{1,80}$/.test(name)) {
        throw sqsErrors.invalidParameter(
          'Queue name can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.',
        );
      }
      const given = readAttributes(Attributes, name);
      const existing = queues.get(name);
      if (existing) {
        refuseDifference(existing.settings.attributes, given);
      } else {
        const attributes = mergeQueueAttributes(defaultQueueAttributes, given);
        queues.create(name, { attributes, tags, createdAt: Date.now(), modifiedAt: Date.now() });
      }
      return { QueueUrl: urlOf(name) };
    },
    DeleteQueue: ({ QueueUrl }) => {
      queues.drop(queues.byUrl(QueueUrl));
    },
    GetQueueUrl: ({ QueueName, QueueOwnerAWSAccountId: account = localAccount }) => {
      if (account !== localAccount || !queues.get(QueueName)) throw sqsErrors.queueDoesNotExist();
      return { QueueUrl: urlOf(QueueName) };
    },
    ListQueues: ({ QueueNamePrefix = '', MaxResults, NextToken }) => {
      const most = MaxResults ?? mostListed;
      if (!Number.isInteger(most) || most < 1 || most > mostListed) {
        throw sqsErrors.invalidValue('MaxResults', MaxResults, `Must be between 1 and ${mostListed}`);
      }
      const after = NextToken === undefined ? '' : Buffer.from(NextToken, 'base64url').toString();
      const names = queues.names().filter((name) => name.startsWith(QueueNamePrefix) && name > after);
      const page = names.slice(0, most);
      return {
        ...(page.length > 0 ? { QueueUrls: page.map(urlOf) } : {}),
        ...(MaxResults !== undefined && names.length > page.length
          ? { NextToken: Buffer.from(page.at(-1) ?? '').toString('base64url') }
          : {}),
      };
    },
    GetQueueAttributes: ({
      QueueUrl,
      AttributeNames = [],
    }: {
      QueueUrl: string;
      AttributeNames?: string[];
    }) => {
      const all = allAttributes(queues.byUrl(QueueUrl));
      const wanted = Object.entries(all).filter(
        ([name]) => AttributeNames.includes('All') || AttributeNames.includes(name),
      );
      for (const name of AttributeNames) {
        if (name !== 'All' && !knownAttributes.has(name) && !(name in all)) {
          throw sqsErrors.invalidAttributeName(name);
        }
      }
      return wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) } : {};
    },
    SetQueueAttributes: ({ QueueUrl, Attributes }) => {
      const queue = queues.byUrl(QueueUrl);
      const attributes = mergeQueueAttributes(
        queue.settings.attributes,
        readAttributes(Attributes, queue.name),
      );
      queues.configure(queue, { ...queue.settings, attributes, modifiedAt: Date.now() });
    },
    PurgeQueue: ({ QueueUrl }) => {
      const queue = queues.byUrl(QueueUrl);
      const { purgedAt = 0 } = queue.settings;
      if (purgedAt + purgeIntervalMilliseconds > Date.now()) throw sqsErrors.purgeQueueInProgress(queue.name);
      queue.messages.purge();
      queues.configure(queue, { ...queue.settings, purgedAt: Date.now() });
    },
    TagQueue: ({ QueueUrl, Tags }) => {
      const queue = queues.byUrl(QueueUrl);
      retag(queue, { ...queue.settings.tags, ...Tags });
    },
    UntagQueue: ({ QueueUrl, TagKeys = [] }: { QueueUrl: string; TagKeys?: string[] }) => {
      const queue = queues.byUrl(QueueUrl);
      const left = Object.entries(queue.settings.tags).filter(([key]) => !TagKeys.includes(key));
      retag(queue, Object.fromEntries(left));
    },
    ListQueueTags: ({ QueueUrl }) => ({ Tags: queues.byUrl(QueueUrl).settings.tags }),
  };
}

/** Attributes that a queue may have and may lack: asking for them is no mistake. */
const knownAttributes = new Set([
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
]);

function allAttributes(queue: Queue): QueueAttributes {
  const counts = queue.messages.counts(Date.now());
  return {
    ...queue.settings.attributes,
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: String(Math.floor(queue.settings.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.settings.modifiedAt / 1000)),
  };
}

function refuseDifference(existing: QueueAttributes, given: QueueAttributes): void {
  for (const [name, value] of Object.entries(given)) {
    if ((existing[name] ?? '') !== value) throw sqsErrors.queueNameExists(name);
  }
}
