import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';

/** A worker's connections to SQS. */
export interface SqsClients {
  /** Used by the pollers alone: a connection that waits in a long poll must not keep a delete waiting. */
  polling: SQSClient;
  settling: SQSClient;
}

/** Makes the clients; region, credentials and endpoint come from the environment where they are left out. */
export function createSqsClients(longPollSeconds: number, aws: SQSClientConfig = {}): SqsClients {
  return { polling: sqsClient(longPollSeconds, aws), settling: sqsClient(0, aws) };
}

/** An answer may take the long poll's time and some seconds; a connection that says nothing longer is broken. */
function sqsClient(longPollSeconds: number, aws: SQSClientConfig): SQSClient {
  return new SQSClient({
    ...aws,
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: (longPollSeconds + 10) * 1000,
      throwOnRequestTimeout: true,
    },
  });
}
