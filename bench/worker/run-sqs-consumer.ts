import { type Message, SQSClient } from '@aws-sdk/client-sqs';
import { Consumer } from 'sqs-consumer';
import { answerParent, processArgument } from '../measuring/ask.ts';
import { wait } from './bench-task.ts';
import { awsOf, type ContenderSettings, contenderAnswers } from './contender.ts';

const { endpoint, queue, inFlight, usage } = processArgument<ContenderSettings>();
const { batchSize, handles } = usage ?? { batchSize: 10, handles: 'batches' };

// One client for all consumers, with a connection for each call that they can make at once.
const sqs = new SQSClient({
  ...awsOf(endpoint),
  requestHandler: { httpsAgent: {}, httpAgent: { maxSockets: 2 * inFlight } },
});

const handleOne = async (message: Message) => {
  const { milliseconds } = JSON.parse(message.Body ?? '').data as { milliseconds: number };
  if (milliseconds > 0) await wait(milliseconds);
  return message;
};
const handling =
  handles === 'messages'
    ? { handleMessage: handleOne }
    : { handleMessageBatch: (messages: Message[]) => Promise.all(messages.map(handleOne)) };

const consumers = Array.from({ length: Math.max(1, Math.floor(inFlight / batchSize)) }, () => {
  const consumer = Consumer.create({ queueUrl: queue, sqs, batchSize, visibilityTimeout: 60, ...handling });
  consumer.on('error', (error) => console.error(error));
  consumer.start();
  return consumer;
});

answerParent(contenderAnswers, async () => {
  for (const consumer of consumers) consumer.stop({ abort: true });
});
