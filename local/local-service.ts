import type { IncomingMessage, ServerResponse } from 'node:http';

/** One emulated AWS service behind the local cloud's single endpoint. */
export interface LocalService {
  /** Names in the credential scope of a signed request that lead here: `sqs`, `s3`, `monitoring` … */
  readonly signingNames: readonly string[];
  /** Answers one request; must not throw. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** The account that everything local belongs to. */
export const localAccount = '000000000000';

/** The region that everything local lies in. */
export const localRegion = 'eu-west-2';

/** The credentials of everything local; signatures of presigned URLs and forms are checked with them. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const;
