import type { IncomingMessage, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { LocalService } from './local-service.ts';

/** An error that an AWS client understands. */
export class AwsError extends Error {
  /** AWS's code, such as `InvalidParameterValue`. */
  readonly code: string;
  readonly status: number;
  /** The code of the older query protocol, where the service still sends it along. */
  readonly queryCode: string | undefined;

  constructor(
    code: string,
    message: string,
    { status = 400, queryCode }: { status?: number; queryCode?: string } = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.queryCode = queryCode;
  }
}

/** One operation: JSON in, JSON out; the signal is aborted when the client goes away. Throws AwsError. */
// biome-ignore lint/suspicious/noExplicitAny: each operation declares the input it reads
export type Operation = (input: any, signal: AbortSignal) => object | undefined | Promise<object | undefined>;

/**
 * Comes between HTTP and the operations: may refuse a call, change what is asked, or keep the answer back. Throws AwsError
 * for what the client is to hear.
 */
export type Interference = (
  call: { operation: string; input: object },
  proceed: (input: object) => Promise<object>,
) => Promise<object>;

/** A service that speaks AWS's JSON protocols 1.0 and 1.1, over HTTP and to callers in this process. */
export interface JsonService extends LocalService {
  /** Calls an operation as a client would, without HTTP. Throws AwsError. */
  call<Output = Record<string, unknown>>(operation: string, input: object): Promise<Output>;
}

/**
 * Makes a service of its operations; the operation's name stands behind the dot of `X-Amz-Target`. Callers in this
 * process are spared what `interfere` does.
 */
export function jsonService(
  signingNames: readonly string[],
  operations: Record<string, Operation>,
  interfere: Interference = ({ input }, proceed) => proceed(input),
): JsonService {
  const run = async (name: string, input: object, signal: AbortSignal): Promise<object> => {
    const operation = operations[name];
    if (!operation) {
      throw new AwsError('UnknownOperationException', `${name} is not part of the local ${signingNames[0]}`);
    }
    return (await operation(input, signal)) ?? {};
  };
  return {
    signingNames,
    call: async <Output>(name: string, input: object) =>
      (await run(name, input, new AbortController().signal)) as Output,
    handle: async (request, response) => {
      const gone = new AbortController();
      response.on('close', () => gone.abort());
      if (speaksQuery(request)) return refuseQuery(response);
      try {
        const operation =
          String(request.headers['x-amz-target'] ?? '')
            .split('.')
            .at(-1) ?? '';
        const proceed = (input: object) => run(operation, input, gone.signal);
        answer(
          request,
          response,
          200,
          await interfere({ operation, input: await readJson(request) }, proceed),
        );
      } catch (error) {
        refuse(request, response, error);
      }
    },
  };
}

/** AWS's older protocol, of clients made before they learned JSON: SQS's did in November 2023. */
function speaksQuery(request: IncomingMessage): boolean {
  return request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
}

function refuseQuery(response: ServerResponse): void {
  const message =
    'The local cloud speaks the JSON protocol alone: use an AWS CLI or SDK of December 2023 or newer';
  response.writeHead(400, { 'content-type': 'text/xml' });
  response.end(
    `<ErrorResponse><Error><Type>Sender</Type><Code>UnsupportedProtocol</Code><Message>${message}</Message></Error><RequestId>${crypto.randomUUID()}</RequestId></ErrorResponse>`,
  );
}

async function readJson(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8')) as object;
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON');
  }
}

function answer(request: IncomingMessage, response: ServerResponse, status: number, body: object): void {
  if (response.destroyed) return;
  const contentType = request.headers['content-type']?.includes('1.1')
    ? 'application/x-amz-json-1.1'
    : 'application/x-amz-json-1.0';
  response.writeHead(status, { 'content-type': contentType, 'x-amzn-requestid': crypto.randomUUID() });
  response.end(JSON.stringify(body));
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const known =
    error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), { status: 500 });
  if (!(error instanceof AwsError)) console.error(error);
  if (known.queryCode && !response.headersSent) {
    response.setHeader(
      'x-amzn-query-error',
      `${known.queryCode};${known.status < 500 ? 'Sender' : 'Receiver'}`,
    );
  }
  answer(request, response, known.status, { __type: known.code, message: known.message });
}
