/** What distinguishes one deployment of the stack from another. */
export interface SlackwaterEnvironment {
  /** Becomes the stack's name, `slackwater-<name>`, and so the prefix of every queue and schedule. */
  name: string;
  region: string;
  workers: WorkerSettings;
  database: DatabaseSettings;
  files: FileSettings;
  /** True keeps buckets and a snapshot of the database when the stack is deleted, and forbids deleting the database. */
  retainData: boolean;
  logRetentionDays: number;
}

/** How large a worker is and how many there may be. */
export interface WorkerSettings {
  /** Workers at most; the fewest are always 0. */
  maximum: number;
  /** 1024 are one virtual CPU; Fargate fixes which amounts of memory go with it. */
  cpuUnits: number;
  memoryMiB: number;
  /** Attempts at once in one worker, over all tasks. */
  slots: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  /**
   * Lambda concurrency reserved for counting, so that a flood of uploads does not count a thousand times at once.
   * Leave it out in an account whose whole concurrency is 10, as a new one's can be: AWS refuses it there.
   */
  demandConcurrency?: number;
}

/** How large the database may grow and when it sleeps. */
export interface DatabaseSettings {
  /** One unit is about 2 GiB of memory; the least is always 0, at which the database pauses. */
  maximumCapacityUnits: number;
  /** 300 to 86,400 s without a connection. */
  pauseAfterSeconds: number;
}

/** How long files stay and who may upload them from a browser. */
export interface FileSettings {
  quarantineDays: number;
  cleanDays: number;
  reportDays: number;
  /** Origins of web pages that post uploads, such as `https://app.example.com`; one `*` each is allowed. */
  uploadOrigins: string[];
}

/** For trying things out: small, and gone when its stack is deleted. */
export const dev: SlackwaterEnvironment = {
  name: 'dev',
  region: 'eu-west-2',
  workers: {
    maximum: 50,
    cpuUnits: 1024,
    memoryMiB: 2048,
    slots: 16,
    logLevel: 'info',
    demandConcurrency: 1,
  },
  database: { maximumCapacityUnits: 4, pauseAfterSeconds: 300 },
  files: { quarantineDays: 30, cleanDays: 365, reportDays: 365, uploadOrigins: ['http://localhost:*'] },
  retainData: false,
  logRetentionDays: 30,
};
