/** What the messages of a trace are like, in the words of a task's definition. */
export interface TraceTask {
  name: string;
  /** Attempts at once in one worker. */
  concurrency: number;
  expectedSeconds: number;
  startWithinSeconds: number;
}

/** Messages that arrive, and what happens to the workers meanwhile. */
export interface Trace {
  name: string;
  /** One line for table and picture. */
  title: string;
  task: TraceTask;
  /** When each message arrives, ascending, in milliseconds from the start. */
  arrivals: Float64Array;
  /** How long its attempt takes, in milliseconds. */
  lengths: Float64Array;
  /** When the simulation ends: what is not done then is never handled. */
  endMs: number;
  /** When a new version of the worker is deployed. */
  deploymentsMs: readonly number[];
  /** How often a running worker is reclaimed. */
  spotLossesPerWorkerHour: number;
  /** The part of the trace that is drawn. */
  picture: { fromMs: number; toMs: number };
}
