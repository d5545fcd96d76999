import { metrics } from '../../tasks/names.ts';

/** AWS's own month. */
export const hoursPerMonth = 730;

/**
 * What the bill rests on and no template says. Every one is printed with the line that uses it; measure and change
 * them here.
 */
export const assumptions = {
  /** A run of the demand Lambda: eight calls of AWS, most of the time waiting for them. */
  demandMilliseconds: 400,
  /** START, END and REPORT of Lambda and one line of our own. */
  demandLogBytes: 600,
  /** What the demand Lambda publishes every minute at rest; a test holds this against its code. */
  demandMetrics: [metrics.workerDemand],
  /** From the start of a worker that a schedule woke to its end, beside the attempt: start, empty polls, the last alarm. */
  workerSecondsPerWake: 240,
  /** Metrics that are told while a worker runs: held, needed, waiting. CloudWatch charges them by the hour. */
  metricsPerWake: 3,
  /** Those of the task beside them: waited, worked, done. */
  taskMetricsPerWake: 3,
  /** Aurora under a light load, and its least while it is awake. */
  unitsWorking: 1,
  unitsWaiting: 0.5,
  /** From the resume to the last statement of a scheduled run; then comes the pause's own delay. */
  databaseSecondsPerWake: 120,
  /** Data keys that AWS services ask for by themselves, at rest. */
  kmsRequestsPerHour: 60,
  /** A long poll of 20 s, on and on. */
  emptyReceivesPerHour: 180,
  /** Body and attributes of a message. */
  messageKibibytes: 2,
  deletesPerBatch: 10,
  /** Lease and visibility are renewed every 20 s, ten messages a request. */
  renewalSeconds: 20,
  /** What a worker at full load keeps busy of the database. */
  unitsPerWorker: 0.5,
  databaseIosPerMessage: 20,
  /** Lines of an attempt, its embedded metrics among them. */
  logBytesPerMessage: 1500,
  /** A file that is uploaded, read or written. */
  fileMebibytes: 1,
  /** With a customer-managed key: data keys are reused for five minutes by each producer and consumer. */
  kmsRequestsPerMessage: 0.01,
  /** Of a worker's image, compressed, one version. */
  imageGigabytes: 0.1,
} as const;
