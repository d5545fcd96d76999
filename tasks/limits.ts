/** Limits of AWS and promises of the house that definitions, stack and worker have to agree on. */
export const limits = {
  /** With a prefix of 27 and `-dead-letter` this makes SQS's 80. */
  taskNameCharacters: 40,
  queueNameCharacters: 80,
  /** EventBridge Scheduler's limit on a schedule's whole name. */
  scheduledNameCharacters: 64,
  scheduleNameCharacters: 36,
  /** SQS hides a message for 12 hours at most, counted from its receipt. */
  visibilitySeconds: 43_200,
  /** Every queue's visibility timeout and every lease's length, whatever the task's deadline. */
  leaseSeconds: 60,
  renewEverySeconds: 20,
  /** How long a task's queue keeps a message. */
  queueRetentionSeconds: 7 * 86_400,
  /** SQS's maximum: a dead letter keeps its first sent time, so it must outlive its source queue's retention. */
  deadLetterRetentionSeconds: 14 * 86_400,
  /**
   * Ended runs are kept at least so long: a dead letter may lie 14 days and the message that is sent back from it 7 more,
   * and a claim check lives 30.
   */
  leastRunDays: 30,
  /** The ledger counts attempts; SQS's own redrive is the backstop behind it, at SQS's maximum. */
  maxReceiveCount: 1000,
  /** Body and attributes of a message, and of a batch, together. */
  messageBytes: 1_048_576,
  /** The same of a reply: queues made before SQS took 1 MiB were given 256 KiB. */
  replyBytes: 262_144,
  /** SQS's DelaySeconds. */
  delaySeconds: 900,
  /** How often dead letters are counted: a divisor of 60, and the period of the alarms that look at the count. */
  deadLettersCountedEveryMinutes: 5,
  /** What EventBridge Scheduler sends: its documents say 256 KB, and not whether of 1000 or 1024. */
  scheduledBytes: 256_000,
  /** How long data lies that is too large for a queue: longer than a message on its queue and its dead-letter queue. */
  claimCheckSeconds: 30 * 86_400,
  /** After so many attempts that ended without a word a run is dead: it kills its worker. */
  vanishedAttempts: 3,
} as const;
