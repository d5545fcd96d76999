import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import { startTrial } from '../test/worker/start-trial.ts';
import { createSqsCalls } from './sqs-calls.ts';

test('a message comes with its body, its attributes as the SDK gives them, and what the worker asks to know', async () => {
  await using trial = await startTrial();
  const { url } = trial.queueOf();
  const sqs = createSqsCalls(trial.sqsClient());
  await trial.call('SendMessage', {
    QueueUrl: url,
    MessageBody: 'Grüße ✓',
    MessageGroupId: 'L-1',
    MessageAttributes: {
      text: { DataType: 'String', StringValue: 'plain' },
      bytes: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]).toString('base64') },
    },
  });
  const [message, ...more] = await sqs.receive({
    queueUrl: url,
    mostMessages: 10,
    waitSeconds: 0,
    visibilitySeconds: 60,
  });
  expect(more).toEqual([]);
  expect(message).toMatchObject({
    Body: 'Grüße ✓',
    Attributes: { MessageGroupId: 'L-1', SentTimestamp: expect.stringMatching(/^\d+$/) },
    MessageAttributes: { text: { StringValue: 'plain' }, bytes: { BinaryValue: Buffer.from([0, 255]) } },
  });
  expect(
    await sqs.changeVisibilityBatch(url, [{ receiptHandle: message?.ReceiptHandle ?? '', seconds: 0 }]),
  ).toEqual(new Map());
  expect(await trial.counts()).toEqual({ visible: 1, inFlight: 0 });
});

test('what is refused of a batch is told by its place', async () => {
  await using trial = await startTrial();
  const { url } = trial.queueOf();
  const sqs = createSqsCalls(trial.sqsClient());
  await trial.call('SendMessage', { QueueUrl: url, MessageBody: 'one' });
  const [message] = await sqs.receive({
    queueUrl: url,
    mostMessages: 1,
    waitSeconds: 0,
    visibilitySeconds: 60,
  });
  const refused = await sqs.deleteBatch(url, ['nonsense', message?.ReceiptHandle ?? '']);
  expect([...refused.keys()]).toEqual([0]);
  expect(refused.get(0)).toMatchObject({ SenderFault: true, Code: 'ReceiptHandleIsInvalid' });
  expect(await trial.counts()).toEqual({ visible: 0, inFlight: 0 });
});

test('an error of SQS has its code as its name', async () => {
  await using trial = await startTrial();
  const sqs = createSqsCalls(trial.sqsClient());
  const gone = `${trial.queueOf().url}-gone`;
  await expect(sqs.deleteBatch(gone, ['a'])).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
});

/** A server that answers as it is told, and calls that go to it. */
async function answering(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const client = new SQSClient({
    region: 'eu-west-2',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' },
  });
  const receive = () =>
    createSqsCalls(client).receive({
      queueUrl: `http://127.0.0.1:${port}/1/queue`,
      mostMessages: 1,
      waitSeconds: 0,
      visibilitySeconds: 60,
    });
  return { receive, client };
}

test('a request is signed for the region, with the session, and names the operation', async () => {
  let seen: IncomingMessage['headers'] = {};
  const { receive } = await answering(({ headers }, response) => {
    seen = headers;
    response.end('{}');
  });
  expect(await receive()).toEqual([]);
  expect(seen).toMatchObject({
    'x-amz-target': 'AmazonSQS.ReceiveMessage',
    'x-amz-security-token': 'token',
    authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-2\/sqs\/aws4_request, SignedHeaders=\S*host\S*, Signature=[0-9a-f]{64}$/,
    ),
  });
});

test('a connection that the server has just closed is not an error', async () => {
  let requests = 0;
  const { receive } = await answering(({ socket }, response) => {
    requests += 1;
    if (requests === 1) socket.resetAndDestroy();
    else response.end('{}');
  });
  expect(await receive()).toEqual([]);
});

test("after a refusal the server's clock is followed", async () => {
  const dates: unknown[] = [];
  const { receive } = await answering(({ headers }, response) => {
    dates.push(headers['x-amz-date']);
    response.setHeader('date', 'Sun, 22 Nov 2026 10:00:00 GMT');
    response.statusCode = dates.length === 1 ? 403 : 200;
    response.end(
      dates.length === 1 ? '{"__type":"com.amazon.coral.service#InvalidSignatureException"}' : '{}',
    );
  });
  await expect(receive()).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  await receive();
  expect(dates[1]).toMatch(/^20261122T1000\d\dZ$/);
});

test('an answer that is no JSON is told by its status', async () => {
  const { receive } = await answering((_, response) => {
    response.statusCode = 503;
    response.end('<html>slow down</html>');
  });
  await expect(receive()).rejects.toMatchObject({ name: 'Status503', message: '<html>slow down</html>' });
});

test('a body that is not what SQS sent is refused', async () => {
  const { receive } = await answering((_, response) => {
    const Messages = [{ MessageId: 'm', Body: 'changed', MD5OfBody: '900150983cd24fb0d6963f7d28e17f72' }];
    response.end(JSON.stringify({ Messages }));
  });
  await expect(receive()).rejects.toMatchObject({ name: 'InvalidChecksum' });
});
