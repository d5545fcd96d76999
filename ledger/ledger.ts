import type { ClientBase } from 'pg';
import type { Outcome } from '../messages/reply.ts';

/** A connection inside an open transaction; never commit or roll it back yourself. */
export type Transaction = ClientBase;

/** How far a run is, as a person wants to read it. */
export interface Progress {
  done: number;
  /** Left out while it is not known. */
  total?: number;
  /** What is counted: `rows`, `bytes`. */
  unit?: string;
  message?: string;
  /** Further counts, such as loaded and rejected. */
  counts?: Record<string, number>;
  /** An estimate; left out while there is none. */
  secondsLeft?: number;
}

/** The right to work on a run: it holds until another claim raises the token. */
export interface Lease {
  runId: string;
  token: number;
}

/** What an attempt failed with. */
export interface RunError {
  name: string;
  message: string;
  stack?: string;
}

/** A delivery that asks to be worked on. */
export interface ClaimRequest {
  runId: string;
  /** The task's name: the envelope's `type`. */
  task: string;
  source: string;
  id: string;
  sqsMessageId: string;
  /** Which worker asks. */
  worker: string;
  leaseSeconds: number;
  /** A run that had an attempt which ended without a word is not claimed, but told of. Default false. */
  leaveSuspects?: boolean;
  sentAt: Date;
  /** The message's data, for the console; null where it cannot be read. */
  input: unknown;
  /** SHA-256 of the data: the same key with other data is an error. */
  dataDigest: string;
  idempotencyKey?: string;
  traceparent?: string;
  replyTo?: string;
  group?: string;
}

/**
 * A message that became due because a run is done and all its children have ended. Send it under an id made of the
 * parent's (two workers may be told of it), then record it as sent.
 */
export interface DueFollowUp {
  parentRunId: string;
  task: string;
  input: unknown;
}

/** How a run ended, for the reply that one of its messages asked for. */
export type DueReply = Outcome & { endedAt: Date };

/**
 * What the ledger says to a delivery. `runId` is the run's own, also where the message came under another id.
 * `dueFollowUps` is empty but for an ended run whose worker may have gone before it sent them.
 */
export type Claim = { runId: string; dueFollowUps: DueFollowUp[] } & (
  | {
      outcome: 'claimed';
      lease: Lease;
      /** 1 for the first that counts since the run began or was redriven. */
      attempt: number;
      redriven: boolean;
    }
  | { outcome: 'done'; result: unknown }
  | { outcome: 'cancelled' }
  /** Another lease lives: hide the message until its end. */
  | { outcome: 'held'; forSeconds: number }
  /** A retry that is not due yet. */
  | { outcome: 'waiting'; forSeconds: number }
  /** Nobody has it; an attempt at it ended without a word, and may have been what ended its worker. */
  | { outcome: 'suspect' }
  /** Given up, now or before: finish the dead-lettering if it is not recorded as sent, then acknowledge. */
  | { outcome: 'dead'; reason: string; error?: RunError; attempts: number; deadLetterSent: boolean }
  /** The same idempotency key with other data: tell the operator by a dead letter. */
  | { outcome: 'conflict'; reason: string }
);

/** Whether a lease still stood when its attempt was settled, and what became due by it: its own or its parent's. */
export type Settled = { settled: true; dueFollowUps: DueFollowUp[] } | { settled: false };

/** What renewing a lease found. */
export type Renewal = 'renewed' | 'lost' | 'cancelled';

/** A message that a run sends and counts. */
export interface ChildRun {
  runId: string;
  task: string;
  source: string;
  id: string;
  input: unknown;
}

/** A message that was checked and written before: it goes onto the queue of its task as it is. */
export interface PreparedMessage {
  /** The task's name. */
  task: string;
  /** The JSON envelope. */
  body: string;
  /** For SQS's MessageGroupId. */
  group?: string;
  /** Counted from when it is put on the queue. */
  delaySeconds?: number;
}

/** What the web application may know of a run. */
export interface RunStatus {
  runId: string;
  state: 'unknown' | 'open' | 'running' | 'done' | 'dead' | 'cancelled';
  task?: string;
  /** Attempts that count, over the run's whole life. */
  attempts?: number;
  progress?: Progress;
  result?: unknown;
  /** Why it is dead, or why the last attempt failed. */
  error?: string;
  sentAt?: Date;
  startedAt?: Date;
  endedAt?: Date;
  notBefore?: Date;
  /** When what it held was erased: its result or error is gone. */
  forgottenAt?: Date;
  children?: { waiting: number; done: number; dead: number; cancelled: number };
}

/** What was erased. */
export interface Forgotten {
  /** Runs that held something, children included. */
  runs: number;
  /** Objects in the claim-check bucket that are still to be deleted, which `ledger-cleanup` does. */
  claimChecks: number;
}

/**
 * The table of runs: what makes at-least-once delivery look like once. Every method is one transaction, and throws
 * LedgerUnreachable when there is no connection to the database or it broke; what was asked may then have happened.
 */
export interface Ledger {
  /** Atomic: of two deliveries at once one claims and the other is told to wait. */
  claim(request: ClaimRequest): Promise<Claim>;
  /** Prolongs leases that still stand; the answer has every run asked for. */
  renew(leases: readonly Lease[], leaseSeconds: number): Promise<Map<string, Renewal>>;
  progress(lease: Lease, progress: Progress): Promise<void>;
  complete(lease: Lease, result: unknown): Promise<Settled>;
  /** The attempt failed and counts; the run waits until the delay is over. */
  retry(lease: Lease, failure: { error: RunError; delaySeconds: number }): Promise<Settled>;
  /** The attempt was handed back and does not count. */
  giveBack(lease: Lease, handBack: { reason: string; delaySeconds: number }): Promise<Settled>;
  die(lease: Lease, death: { reason: string; error?: RunError }): Promise<Settled>;
  recordDeadLetterSent(runId: string): Promise<void>;
  /** Runs `work` in a transaction that commits only while the lease stands; throws LeaseLost otherwise. */
  transaction<Value>(lease: Lease, work: (transaction: Transaction) => Promise<Value>): Promise<Value>;
  /** `work` and the run's completion in one commit; throws LeaseLost if the lease does not stand. */
  completeWith<Result>(
    lease: Lease,
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<{ result: Result; settled: Settled }>;
  /** Writes children down before they are sent; those already known are left as they are. Throws LeaseLost. */
  addChildren(lease: Lease, children: readonly ChildRun[]): Promise<void>;
  setFollowUp(lease: Lease, followUp: { task: string; input: unknown }): Promise<void>;
  recordFollowUpSent(parentRunId: string): Promise<void>;
  /** What is due because this run has ended: ask when a cancelled run's message is acknowledged without a settle. */
  dueFollowUps(runId: string): Promise<DueFollowUp[]>;
  /** Undefined if the run has not ended or this message of it was replied to. */
  dueReply(message: { runId: string; sqsMessageId: string }): Promise<DueReply | undefined>;
  recordReplySent(message: { runId: string; sqsMessageId: string }): Promise<void>;
  status(runId: string): Promise<RunStatus>;
  /** Without a row it writes a cancelled one, so that a message still on its way is not worked on. */
  cancel(runId: string): Promise<'cancelled' | 'already-ended'>;
  /** Erases what a run and its children hold and leaves the counts; those that have not ended are cancelled. */
  forgetRun(runId: string): Promise<Forgotten>;
  /** The same for all runs of these message groups. */
  forgetGroups(groups: readonly string[]): Promise<Forgotten>;
  /** Keeps where in the claim-check bucket data of a run lies: `s3://bucket/key?versionId=…`. */
  recordClaimCheck(runId: string, reference: string): Promise<void>;
}

/** This attempt no longer holds its run: another claim has raised the token, or the run was cancelled. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** The database cannot be reached, or the connection to it broke: nothing is wrong with the message. */
export class LedgerUnreachable extends Error {
  override readonly name = 'LedgerUnreachable';
}
