import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient, PutEventsCommand, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startClock } from '../clock.ts';
import { createTargets, type Delivery } from '../delivery/targets.ts';
import { AwsError } from '../json-protocol.ts';
import { createEventBridge, type EventBridge, scheduledEvent } from './create-event-bridge.ts';

const queueArn = 'arn:aws:sqs:eu-west-2:000000000000:verdicts';
const deadLetterArn = `${queueArn}-dead`;
let bridge: EventBridge;
let server: Server;
let client: EventBridgeClient;
let received: Delivery[];
let dead: Delivery[];
let said: string[];
let fail: (() => Error) | undefined;

beforeEach(async () => {
  [received, dead, said, fail] = [[], [], [], undefined];
  const targets = createTargets();
  targets.add(queueArn, async (delivery) => {
    if (fail) throw fail();
    received.push(delivery);
  });
  targets.add(deadLetterArn, async (delivery) => {
    dead.push(delivery);
  });
  bridge = createEventBridge({ targets, clock: startClock(1000), say: (sentence) => said.push(sentence) });
  server = createServer((request, response) => void bridge.handle(request, response)).listen(0, '127.0.0.1');
  await vi.waitFor(() => expect(server.listening).toBe(true));
  client = new EventBridgeClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterEach(async () => {
  client.destroy();
  await bridge.close();
  server.close();
});

const scanRule = {
  name: 'scan',
  eventPattern: { source: ['aws.guardduty'] },
  isEnabled: true,
  targets: [
    {
      Arn: queueArn,
      DeadLetterConfig: { Arn: deadLetterArn },
      RetryPolicy: { MaximumRetryAttempts: 2 },
      SqsParameters: { MessageGroupId: 'group' },
      InputTransformer: { InputPathsMap: { detail: '$.detail' }, InputTemplate: '{"data":<detail>}' },
    },
  ],
};
const entry = { Source: 'aws.guardduty', DetailType: 'Scan', Detail: '{"a":1}' };

describe('the local EventBridge', () => {
  it('delivers what any AWS client puts on the bus to the rules that it fits', async () => {
    bridge.putRule(scanRule);
    bridge.putRule({ ...scanRule, name: 'other', eventPattern: { source: ['aws.s3'] } });
    bridge.putRule({ ...scanRule, name: 'off', isEnabled: false });
    const answer = await client.send(
      new PutEventsCommand({
        Entries: [
          { ...entry, Time: new Date() },
          { Source: 'x', DetailType: 'y', Detail: '[' },
        ],
      }),
    );
    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries?.[1]?.ErrorCode).toBe('MalformedDetail');
    await vi.waitFor(() =>
      expect(received).toEqual([{ payload: '{"data":{"a":1}}', parameters: { MessageGroupId: 'group' } }]),
    );
  });

  it('tests a pattern', async () => {
    const test = new TestEventPatternCommand({ EventPattern: '{"source":["a"]}', Event: '{"source":"a"}' });
    expect((await client.send(test)).Result).toBe(true);
  });

  it('tries a target that fails for a moment again', async () => {
    bridge.putRule(scanRule);
    const errors = [new Error('busy'), new Error('still busy')];
    fail = () => {
      const next = errors.shift();
      if (errors.length === 0) fail = undefined;
      return next ?? new Error('done');
    };
    bridge.emit({ ...scheduledEvent('x', new Date()), source: 'aws.guardduty' });
    await vi.waitFor(() => expect(received).toHaveLength(1));
    expect(dead).toEqual([]);
  });

  it('gives up at once what is refused, and after its retries what fails, with the reason on the dead letter', async () => {
    bridge.putRule(scanRule);
    fail = () => new AwsError('InvalidParameterValue', 'too long');
    bridge.emit({ ...scheduledEvent('x', new Date()), source: 'aws.guardduty' });
    await vi.waitFor(() => expect(dead).toHaveLength(1));
    expect(dead[0]?.attributes).toMatchObject({ ERROR_CODE: 'InvalidParameterValue', RETRY_ATTEMPTS: '0' });
    fail = () => new Error('down');
    bridge.emit({ ...scheduledEvent('x', new Date()), source: 'aws.guardduty' });
    await vi.waitFor(() => expect(dead).toHaveLength(2));
    expect(dead[1]?.attributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '2',
      ERROR_MESSAGE: 'down',
      RULE_ARN: 'arn:aws:events:eu-west-2:000000000000:rule/scan',
    });
    expect(said[1]).toContain('Rule scan could not deliver');
  });

  it('says what is lost where there is no dead-letter queue', async () => {
    bridge.putRule({
      ...scanRule,
      targets: [{ ...scanRule.targets[0], Arn: 'arn:nobody', DeadLetterConfig: {} }],
    });
    bridge.emit({ ...scheduledEvent('x', new Date()), source: 'aws.guardduty' });
    await vi.waitFor(() =>
      expect(said[0]).toMatch(/no local target arn:nobody; it has no dead-letter queue/),
    );
  });

  it('sends a rule with a clock its scheduled event', async () => {
    bridge.putRule({ name: 'minute', isEnabled: true, targets: [{ Arn: queueArn }] });
    bridge.fire('minute', scheduledEvent('minute', new Date('2026-01-01T00:00:00Z')));
    await vi.waitFor(() => expect(received).toHaveLength(1));
    expect(JSON.parse(received[0]?.payload ?? '')).toMatchObject({
      'detail-type': 'Scheduled Event',
      resources: ['arn:aws:events:eu-west-2:000000000000:rule/minute'],
      time: '2026-01-01T00:00:00Z',
    });
  });
});
