import type { IncomingMessage } from 'node:http';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** Calls one of SQS's operations with its input, at the endpoint that the queue's URL names. */
export type AwsJsonCall = (operation: string, input: { QueueUrl: string }) => Promise<unknown>;

/** SQS answered with an error; `name` is its code, as with the SDK's own errors. */
export class SqsError extends Error {
  override readonly name: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = code;
  }
}

/**
 * Makes calls with the SDK's signer, credentials and connections, but without its layers of middleware and schemas,
 * which take more of the processor than all the rest of a call. Nothing is retried but a request that met a connection
 * which the server had just closed: the callers know better what to repeat, and when. The call throws SqsError, or what
 * the connection says.
 */
export function createAwsJsonCall({ config }: SQSClient): AwsJsonCall {
  const signer = config.signer();

  const send = async (operation: string, queueUrl: string, body: string) => {
    const { protocol, hostname, port, host } = new URL(queueUrl);
    const request = {
      protocol,
      hostname,
      ...(port === '' ? {} : { port: Number(port) }),
      method: 'POST',
      path: '/',
      query: {},
      headers: {
        host,
        'content-type': 'application/x-amz-json-1.0',
        'content-length': String(Buffer.byteLength(body)),
        'x-amz-target': `AmazonSQS.${operation}`,
      },
      body,
    };
    const signingDate = new Date(Date.now() + config.systemClockOffset);
    const signed = await (await signer).sign(request, { signingDate });
    const { response } = await config.requestHandler.handle(signed as never);
    return { status: response.statusCode, date: response.headers.date, text: await textOf(response.body) };
  };

  return async (operation, input) => {
    const body = JSON.stringify(input);
    const sending = () => send(operation, input.QueueUrl, body);
    const { status, date, text } = await sending().catch((error) => {
      if (!wasClosed(error)) throw error;
      return sending();
    });
    if (status === 200) return JSON.parse(text);
    // A clock that is wrong makes every signature wrong: from the answer on the server's is followed.
    if (status === 403 && date !== undefined) config.systemClockOffset = Date.parse(date) - Date.now();
    throw errorOf(status, text);
  };
}

function wasClosed(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function errorOf(status: number, text: string): SqsError {
  try {
    const { __type, message, Message } = JSON.parse(text) as Record<string, string | undefined>;
    // The type may be written with its namespace: com.amazonaws.sqs#QueueDoesNotExist.
    return new SqsError(__type?.split('#').at(-1) ?? `Status${status}`, message ?? Message ?? '');
  } catch {
    return new SqsError(`Status${status}`, text.slice(0, 200));
  }
}

function textOf(stream: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => resolve(Buffer.concat(chunks).toString()));
    stream.on('error', reject);
  });
}
