import type { Message } from '@aws-sdk/client-sqs';
import type { Pool } from 'pg';
import type { LocalSqs } from '../../local/sqs/create-sqs.ts';
import type { WorkerQueues } from '../../tasks/names.ts';
import type { Exit } from './crew.ts';
import type { Post } from './mailbox.ts';
import type { Sent } from './send-plan.ts';

/** A run as the ledger has it. */
export interface RunSeen {
  runId: string;
  task: string | null;
  source: string | null;
  state: 'open' | 'running' | 'done' | 'dead' | 'cancelled';
  reason: string | null;
  earlierAttempts: number;
  parentRunId: string | null;
  deadLetterSent: boolean;
}

/** An attempt as the ledger has it, in the order of its run. */
export interface AttemptSeen {
  runId: string;
  number: number;
  worker: string;
  startedAt: Date;
  /** Of one that vanished: when its lease ran out. */
  endedAt: Date | null;
  outcome: string | null;
  /** The name of what it failed with. */
  error: string | null;
}

/** A row of `effect`: something that a handler did to the database. */
export interface EffectSeen {
  runId: string;
  worker: string;
  what: string;
  /** When the attempt's handler began. */
  began: Date;
  /** When the row was written, before its commit. */
  at: Date;
}

/** A run's children as the ledger counts them. */
export interface FamilySeen {
  parentRunId: string;
  waiting: number;
  done: number;
  dead: number;
  cancelled: number;
  followUpSent: boolean;
}

/** All that can be seen from outside when everything has come to rest. */
export interface Observation {
  sent: readonly Sent[];
  runs: readonly RunSeen[];
  attempts: readonly AttemptSeen[];
  /** Which run a message's own id stands for, where another had its idempotency key first. */
  aliases: ReadonlyMap<string, string>;
  families: readonly FamilySeen[];
  effects: readonly EffectSeen[];
  posts: readonly Post[];
  /** What lies on the dead-letter queues. */
  deadLetters: readonly Message[];
  /** Messages on each task's queue, hidden ones too. */
  left: Readonly<Record<string, number>>;
  exits: readonly Exit[];
}

/** Reads the database and the queues; dead letters are taken. */
export async function observe(from: {
  pool: Pool;
  sqs: LocalSqs;
  queues: WorkerQueues;
  sent: readonly Sent[];
  posts: readonly Post[];
  exits: readonly Exit[];
}): Promise<Observation> {
  const { pool, sqs, queues, sent, posts, exits } = from;
  const read = async <Row extends object>(sql: string) => (await pool.query<Row>(sql)).rows;
  const aliases = await read<{ alias: string; run: string }>(
    'SELECT alias_run_id AS alias, run_id AS run FROM run_alias',
  );
  const left: Record<string, number> = {};
  const deadLetters: Message[] = [];
  for (const [task, queue] of Object.entries(queues)) {
    left[task] = await countMessages(sqs, queue.url);
    deadLetters.push(...(await takeAll(sqs, queue.deadLetterUrl)));
  }
  return {
    runs: await read<RunSeen>(
      `SELECT run_id AS "runId", task, source, state, reason, earlier_attempts AS "earlierAttempts",
         parent_run_id AS "parentRunId", dead_letter_sent_at IS NOT NULL AS "deadLetterSent" FROM run`,
    ),
    attempts: await read<AttemptSeen>(
      `SELECT run_id AS "runId", number, worker, started_at AS "startedAt", ended_at AS "endedAt", outcome, error ->> 'name' AS error
       FROM run_attempt ORDER BY run_id, number`,
    ),
    aliases: new Map(aliases.map(({ alias, run }) => [alias, run])),
    families: await read<FamilySeen>(
      `SELECT parent_run_id AS "parentRunId", waiting, done, dead, cancelled,
         follow_up_sent_at IS NOT NULL AS "followUpSent" FROM run_family`,
    ),
    effects: await read<EffectSeen>('SELECT run_id AS "runId", worker, what, began, at FROM effect'),
    ...{ sent, posts, deadLetters, left, exits },
  };
}

/** Visible, in flight and delayed ones. */
export async function countMessages(sqs: LocalSqs, QueueUrl: string): Promise<number> {
  const { Attributes } = await sqs.call<{ Attributes: Record<string, string> }>('GetQueueAttributes', {
    QueueUrl,
    AttributeNames: ['All'],
  });
  return ['', 'NotVisible', 'Delayed']
    .map((which) => Number(Attributes[`ApproximateNumberOfMessages${which}`]))
    .reduce((sum, count) => sum + count, 0);
}

async function takeAll(sqs: LocalSqs, QueueUrl: string): Promise<Message[]> {
  const taken: Message[] = [];
  for (;;) {
    const { Messages } = await sqs.call<{ Messages?: Message[] }>('ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 43_200,
      MessageAttributeNames: ['All'],
    });
    if (!Messages) return taken;
    taken.push(...Messages);
  }
}
