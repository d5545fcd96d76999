import { GuardDutyClient } from '@aws-sdk/client-guardduty';
import { S3Client } from '@aws-sdk/client-s3';
import type { Database } from './database/database.ts';
import { createFiles } from './files/create-files.ts';
import { createMalwareScans } from './malware-scans/create-malware-scans.ts';
import type { Buckets, KeptRuns, Services } from './services.ts';
import type { Threads } from './threads/threads.ts';
import type { Typesetter } from './typesetting/typesetter.ts';

/** Makes the services of one worker; AWS's region, credentials and endpoint come from the environment. */
export function createServices({
  database,
  buckets,
  threads,
  typesetter,
  keptRuns,
  runUrl,
}: {
  database: Database;
  buckets: Buckets;
  threads: Threads;
  typesetter: Typesetter;
  keptRuns: KeptRuns;
  runUrl?: string | undefined;
}): Services {
  return {
    files: createFiles(new S3Client({})),
    malwareScans: createMalwareScans(new GuardDutyClient({})),
    database,
    buckets,
    threads,
    typesetter,
    keptRuns,
    runUrl,
  };
}
