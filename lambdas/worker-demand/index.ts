import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ECSClient } from '@aws-sdk/client-ecs';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { readConfig } from './config.ts';
import { tellDemand } from './tell-demand.ts';

const config = readConfig();
const clients = {
  sqs: new SQSClient({}),
  ecs: new ECSClient({}),
  cloudWatch: new CloudWatchClient({}),
  ssm: new SSMClient({}),
};

/** An event of EventBridge: the schedule's own, or one that says a message is on its way to a queue. */
interface InvocationEvent {
  source?: string;
}

/** Tells how many workers are needed: every minute, and at once for every event that is not the schedule's. */
export async function handler(event: InvocationEvent): Promise<void> {
  const wake = event.source !== undefined && event.source !== 'aws.events';
  const { needed, demand, waiting, deadLetters } = await tellDemand(clients, config, {
    wake,
    now: new Date(),
  });
  console.log(JSON.stringify({ wake, waiting, deadLetters, needed, demand }));
}
