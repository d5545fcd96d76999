import type { ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { AwsError } from '../json-protocol.ts';
import type { LocalService } from '../local-service.ts';

const sendObjectMalwareScan = z.object({
  s3Object: z.object({ bucket: z.string(), key: z.string(), versionId: z.string().optional() }),
});

/** An object that is to be scanned again; without a version the newest. */
export type RescanRequest = z.output<typeof sendObjectMalwareScan>['s3Object'];

/** GuardDuty's REST JSON, of which only `SendObjectMalwareScan` is here. */
export function guardDutyApi({
  rescan,
}: {
  /** Throws AwsError if that object cannot be scanned. */
  rescan: (object: RescanRequest) => Promise<void>;
}): LocalService {
  return {
    signingNames: ['guardduty'],
    handle: async (request, response) => {
      try {
        if (request.method !== 'POST' || request.url !== '/object-malware-scan/send') {
          const asked = `${request.method} ${request.url}`;
          throw new AwsError('BadRequestException', `${asked} is not part of the local guardduty`);
        }
        const body = sendObjectMalwareScan.safeParse(await json(request).catch(() => undefined));
        if (!body.success) throw new AwsError('BadRequestException', z.prettifyError(body.error));
        await rescan(body.data.s3Object);
        answer(response, 200, {});
      } catch (error) {
        const { code, status, message } =
          error instanceof AwsError
            ? error
            : new AwsError('InternalServerErrorException', String(error), { status: 500 });
        response.setHeader('x-amzn-errortype', code);
        answer(response, status, { __type: code, message });
      }
    },
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
