import type { Database } from './database/database.ts';
import type { Files } from './files/files.ts';
import type { MalwareScans } from './malware-scans/malware-scans.ts';
import type { Threads } from './threads/threads.ts';
import type { Typesetter } from './typesetting/typesetter.ts';

/** What handlers need from the world, made once a worker and passed to every attempt. */
export interface Services {
  files: Files;
  malwareScans: MalwareScans;
  database: Database;
  buckets: Buckets;
  threads: Threads;
  typesetter: Typesetter;
  keptRuns: KeptRuns;
  /** Template of the web application's page on a run, see `pageOfRun`; left out: there is none. */
  runUrl?: string | undefined;
}

/** The buckets' names. */
export interface Buckets {
  quarantine: string;
  clean: string;
  reports: string;
}

/** How the ledger's runs are kept. */
export interface KeptRuns {
  /** A run of which nothing was heard for so many days leaves the ledger. */
  days: number;
  /** Where data lies that is too large for a message. */
  claimCheckBucket: string;
}
