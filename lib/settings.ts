/** Everything about a deployment that can be chosen; each part has a default in `defaultSettings`. */
export interface Settings {
  workers: WorkerSettings;
  database: DatabaseSettings;
  files: FileSettings;
  network: NetworkSettings;
  alarms: AlarmSettings;
  tracing: TracingSettings;
  webApplication: WebApplicationSettings;
  /**
   * `customer-key`: one key of yours for queues, buckets, logs, database and its secret, about a dollar a month.
   * `aws-owned`: SSE-SQS, SSE-S3 and AWS's own keys, free.
   */
  encryption: 'customer-key' | 'aws-owned';
  /** ARNs of the only queues to which workers may send outcomes, for messages with a `replyto`. */
  replyDestinations: string[];
  /**
   * True keeps buckets, logs, key and a snapshot of the database when the stack is deleted, and forbids deleting the
   * stack and the database.
   */
  retainData: boolean;
  /** One of CloudWatch's values: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 … days. */
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
  /** From SIGTERM to SIGKILL; Fargate allows 120 at most. */
  stopTimeoutSeconds: number;
  /**
   * Share of the workers on Spot capacity, 0 to 100. About 70 % cheaper; AWS takes such a worker back with two minutes'
   * warning, and an attempt that does not end by then is handed back and starts again elsewhere. Spot has no on-demand
   * fallback of its own: at 100 nothing may start while there is none.
   */
  spotPercent: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  /**
   * An image that exists already, such as `123456789012.dkr.ecr.eu-west-2.amazonaws.com/worker:1.2`; for arm64. Left
   * out: one is built from this project with Docker at deployment.
   */
  image?: string | undefined;
  /**
   * What an image built from this project begins with, such as a mirror of its default or that with a digest behind it:
   * `gcr.io/distroless/nodejs24-debian13:nonroot@sha256:…`. Node must lie in it as /nodejs/bin/node.
   */
  baseImage?: string | undefined;
  /**
   * Lambda concurrency reserved for counting, so that a flood of uploads does not count a thousand times at once.
   * Leave it out in an account whose whole concurrency is 10, as a new one's can be: AWS refuses it there.
   */
  demandConcurrency?: number | undefined;
}

/** How large the database may grow and when it sleeps. */
export interface DatabaseSettings {
  /** One unit is about 2 GiB of memory; the least is always 0, at which the database pauses. */
  maximumCapacityUnits: number;
  /** 300 to 86,400 s without a connection. */
  pauseAfterSeconds: number;
  /** Automatic backups are kept so long, 1 to 35. */
  backupDays: number;
  /** Runs, and with them their idempotency keys, are kept so long after the last that was heard of them; at least 30. */
  runDays: number;
}

/** How long files stay and who may upload them from a browser. */
export interface FileSettings {
  quarantineDays: number;
  cleanDays: number;
  reportDays: number;
  /** Origins of web pages that post uploads, such as `https://app.example.com`; one `*` each is allowed. */
  uploadOrigins: string[];
}

/** Where workers stand in a VPC that is made here, and what is watched of it. */
export interface NetworkSettings {
  /**
   * `public`: in subnets with a way out through an address of each worker's own, and no way in; free while none runs.
   * `private`: behind a NAT gateway a zone, without public addresses; about 80 dollars a month.
   */
  workers: 'public' | 'private';
  /** Logs every connection of the VPC that is made here; billed by volume. */
  flowLogs: boolean;
}

/** Who is told what, and how much is watched. */
export interface AlarmSettings {
  /** SNS topic for what needs somebody at night. Left out: one is made. It must let CloudWatch publish. */
  criticalTopicArn?: string | undefined;
  /** SNS topic for what can wait until morning. Left out: one is made. It must let CloudWatch and EventBridge publish. */
  otherTopicArn?: string | undefined;
  /** True: alarms for each task. False: one for all tasks, which costs less. */
  perTask: boolean;
  /** Three dollars a month beyond an account's first three. */
  dashboard: boolean;
  /** Where docs/runbook.md can be read; every alarm names it with the heading of its section. */
  runbookUrl: string;
}

/** Where workers send a span of every attempt. */
export interface TracingSettings {
  /**
   * Address of an OTLP/HTTP endpoint without `/v1/traces`, such as `https://otlp.example.com`, that takes JSON and that
   * workers reach. Left out: nothing is traced.
   */
  endpoint?: string | undefined;
  /**
   * Complete ARN of a secret of Secrets Manager, the text of which is sent as headers: `name=value`, with commas between
   * several.
   */
  headersSecretArn?: string | undefined;
  /** Share of the traces that begin in a worker, 0 to 100; a message whose sender is traced is traced if that one is. */
  sampledPercent: number;
}

/** The web application that sends work. */
export interface WebApplicationSettings {
  /** Name of an existing role of this account that gets the right to send, upload and read status. */
  roleName?: string | undefined;
  /**
   * Its page on a run, such as `https://app.example.com/runs/{runId}`: notices to people lead there. Left out: they name
   * no page.
   */
  runUrl?: string | undefined;
}

/** What a deployment is like unless it says otherwise: data stays, everything is encrypted with a key of its own. */
export const defaultSettings: Settings = {
  workers: {
    maximum: 50,
    cpuUnits: 1024,
    memoryMiB: 2048,
    slots: 16,
    stopTimeoutSeconds: 120,
    spotPercent: 0,
    logLevel: 'info',
    demandConcurrency: 1,
  },
  database: { maximumCapacityUnits: 16, pauseAfterSeconds: 300, backupDays: 14, runDays: 90 },
  files: { quarantineDays: 30, cleanDays: 365, reportDays: 365, uploadOrigins: [] },
  network: { workers: 'public', flowLogs: true },
  alarms: { perTask: true, dashboard: true, runbookUrl: 'docs/runbook.md' },
  tracing: { sampledPercent: 100 },
  webApplication: {},
  encryption: 'customer-key',
  replyDestinations: [],
  retainData: true,
  logRetentionDays: 365,
};

/** Some of the settings; the rest is as `defaultSettings` says. */
export type PartialSettings = {
  [Part in keyof Settings]?: Settings[Part] extends readonly unknown[]
    ? Settings[Part]
    : Partial<Settings[Part]>;
};

/** All settings, where only some were said. */
export function completeSettings(some: PartialSettings = {}): Settings {
  return {
    ...defaultSettings,
    ...some,
    workers: { ...defaultSettings.workers, ...some.workers },
    database: { ...defaultSettings.database, ...some.database },
    files: { ...defaultSettings.files, ...some.files },
    network: { ...defaultSettings.network, ...some.network },
    alarms: { ...defaultSettings.alarms, ...some.alarms },
    tracing: { ...defaultSettings.tracing, ...some.tracing },
    webApplication: { ...defaultSettings.webApplication, ...some.webApplication },
  };
}
