import { uploadMetadata } from '../tasks/names.ts';
import type { LocalCloud } from './local-cloud.ts';
import { localRegion } from './local-service.ts';
import { reasonForNoBody } from './provision/bodies.ts';

/** Says which resources of the template live here and which do not; `verbose` names every single one. */
export function describeResources(
  { stack }: Pick<LocalCloud, 'stack'>,
  { verbose }: { verbose: boolean },
): string[] {
  const lines = (list: ReadonlyMap<string, string[]>, note: (type: string) => string): string[] =>
    [...list]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([type, ids]) => [
        `  ${String(ids.length).padStart(3)} ${type}${note(type)}`,
        ...(verbose ? ids.map((id) => `        ${id}`) : []),
      ]);
  return [
    `Resources of ${stack.stackName} that live here:`,
    ...lines(stack.withBody, () => ''),
    'No local body:',
    ...lines(stack.withoutBody, (type) => ` (${reasonForNoBody(type)})`),
  ];
}

/** Says where everything is, with examples that work when they are pasted into a shell. */
export function describePlaces({ urls, names }: Pick<LocalCloud, 'urls' | 'names'>): string[] {
  const queues = Object.entries(names.queues);
  const width = Math.max(...queues.map(([task]) => task.length), 10);
  const row = (name: string, value: string): string => `  ${name.padEnd(width)}  ${value}`;
  // Some versions of the AWS CLI do not let AWS_ENDPOINT_URL lead SQS.
  const aws = `aws --endpoint-url ${urls.endpoint}`;
  return [
    'Endpoint of every service (AWS_ENDPOINT_URL):',
    row('', urls.endpoint),
    'Queues:',
    ...queues.map(([task, url]) => row(task, url)),
    'Buckets:',
    row('quarantine', names.quarantineBucket),
    row('clean', names.cleanBucket),
    row('reports', names.reportsBucket),
    row('claim checks', names.claimCheckBucket),
    'Database:',
    row('', urls.database),
    'Try it:',
    `  export AWS_DEFAULT_REGION=${localRegion} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
    `  ${aws} sqs send-message ${exampleMessage(names.queues['property-report'] ?? '')}`,
    `  ${aws} s3 cp ${exampleUpload(names.quarantineBucket)}`,
    `  ${aws} s3 cp --recursive s3://${names.reportsBucket} reports-from-slackwater`,
  ];
}

function exampleMessage(queueUrl: string): string {
  const body = `'{"specversion":"1.0","id":"'$(date +%s%N)'","source":"/shell","type":"property-report","data":{}}'`;
  return `--queue-url ${queueUrl} --message-body ${body}`;
}

function exampleUpload(bucket: string): string {
  const metadata = JSON.stringify({
    [uploadMetadata.task]: 'property-upload',
    [uploadMetadata.input]: JSON.stringify({ landlordId: 'L-1' }),
    [uploadMetadata.source]: '/shell',
  });
  return `examples/properties.csv s3://${bucket}/from-shell/properties.csv --metadata '${metadata}'`;
}
