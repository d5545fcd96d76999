import type { JsonService } from '../json-protocol.ts';
import type { MetricDatum } from './metric-store.ts';

/** Metrics and alarms of the local cloud, on its clock. */
export interface CloudWatch extends JsonService {
  /** Stores what a service of the local cloud itself measured. */
  record(datum: MetricDatum): void;
  /** Reads a line of a process's output; if it is in embedded metric format, its metrics are stored. */
  readLogLine(line: string): boolean;
  /** Ends the evaluation of alarms. */
  close(): void;
}

/** An alarm came into a state that has actions, or repeats them. */
export interface AlarmActivation {
  readonly alarmName: string;
  readonly state: AlarmState;
  readonly reason: string;
  /** ARNs of the template: scaling policies, topics. */
  readonly actions: readonly string[];
  readonly threshold: number;
  /** The datapoints that decided, oldest first; empty if all were missing. */
  readonly datapoints: readonly number[];
  /** Milliseconds since 1970, of the local clock. */
  readonly at: number;
  /** True if the state is the same as a minute ago. */
  readonly repeated: boolean;
}

/** States of an alarm as AWS names them. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
