/** What a contender's process is told when it starts. */
export interface ContenderSettings {
  endpoint: string;
  queue: string;
  /** Messages at once in its hands. */
  inFlight: number;
  /** For ours: the ledger's database; left out: a ledger that writes nothing. */
  databaseUrl?: string;
  /** For sqs-consumer: how it is used. */
  usage?: PeerUsage;
}

/** A way to use sqs-consumer: messages a receive, handled one by one or as a batch; as many consumers as fit. */
export interface PeerUsage {
  batchSize: number;
  handles: 'messages' | 'batches';
}

/** What a contender's process answers. */
export interface ContenderQuestions {
  /** Bytes, after a garbage collection. */
  heap(): { heapBytes: number; residentBytes: number };
  /** Microseconds of CPU since the process began. */
  cpu(): number;
}

/** The answers that are the same for all. */
export const contenderAnswers: ContenderQuestions = {
  heap: () => {
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    return { heapBytes: heapUsed, residentBytes: rss };
  },
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
};

/** How a contender reaches the endpoint, for every SQS client. */
export function awsOf(endpoint: string) {
  return {
    endpoint,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
}
