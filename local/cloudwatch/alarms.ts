import type { Clock } from '../clock.ts';
import { AwsError } from '../json-protocol.ts';
import type { AlarmActivation, AlarmState } from './cloudwatch.ts';
import {
  type AlarmRule,
  evaluateAlarm,
  isComparison,
  extraPeriods as standardExtraPeriods,
} from './evaluate-alarm.ts';
import { floorTo, type MetricStore } from './metric-store.ts';

/** An alarm in the words of `PutMetricAlarm`, which are CloudFormation's too. */
export interface AlarmDefinition extends AlarmRule {
  AlarmName: string;
  AlarmDescription?: string;
  Namespace: string;
  MetricName: string;
  Dimensions?: readonly { Name: string; Value: string }[];
  Statistic?: string;
  ExtendedStatistic?: string;
  /** Seconds: 10, 20, 30 or a multiple of 60. */
  Period: number;
  ActionsEnabled?: boolean;
  AlarmActions?: readonly string[];
  OKActions?: readonly string[];
  InsufficientDataActions?: readonly string[];
}

/** An alarm and how it stands. */
export interface Alarm {
  definition: AlarmDefinition;
  state: AlarmState;
  reason: string;
  /** Milliseconds since 1970. */
  stateSince: number;
}

/** The alarms of the local cloud; each is evaluated on the clock until it is deleted or all are closed. */
export interface Alarms {
  /** Creates an alarm or changes it, keeping its state. Throws AwsError. */
  put(definition: AlarmDefinition): void;
  delete(name: string): void;
  /** Sets a state by hand; the next evaluation may change it again. Throws AwsError if there is no such alarm. */
  set(name: string, state: AlarmState, reason: string): void;
  list(): Alarm[];
  close(): void;
}

/** AWS invokes a scaling action again about once a minute while the alarm stays in its state. */
const repeatMs = 60_000;

/** Evaluations that a stopped process or a slept machine missed are made up for, those of the last hour. */
const catchUpMs = 3_600_000;

interface Entry extends Alarm {
  activatedAt: number;
  /** What the last evaluation with data saw. */
  datapoints: readonly number[];
  cancelNext: () => void;
}

/** Evaluates high-resolution alarms every ten seconds of the clock, others every minute. */
export function createAlarms({
  clock,
  store,
  onAlarm,
  extraPeriods = standardExtraPeriods,
}: {
  clock: Clock;
  store: MetricStore;
  onAlarm: (activation: AlarmActivation) => void;
  /** Periods that are looked back beyond those of an alarm. Default: what AWS's examples show. */
  extraPeriods?: number | undefined;
}): Alarms {
  const entries = new Map<string, Entry>();

  const schedule = (entry: Entry, end: number): void => {
    entry.cancelNext = clock.after(Math.max(0, end - clock.now()), () => {
      evaluate(entry, end);
      // What was told may have deleted or replaced the alarm.
      if (entries.get(entry.definition.AlarmName) !== entry) return;
      const next = end + everyMs(entry.definition);
      schedule(entry, Math.max(next, floorTo(clock.now() - catchUpMs, everyMs(entry.definition))));
    });
  };

  const evaluate = (entry: Entry, end: number): void => {
    const { definition } = entry;
    const windows = definition.EvaluationPeriods + extraPeriods;
    const periodMs = definition.Period * 1000;
    const range = store.query({
      namespace: definition.Namespace,
      metricName: definition.MetricName,
      dimensions: Object.fromEntries((definition.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
      stat: definition.ExtendedStatistic ?? definition.Statistic ?? 'Average',
      periodMs,
      start: end - windows * periodMs,
      windows,
    });
    const { state, reason, datapoints } = evaluateAlarm(definition, range, entry.state);
    if (datapoints.length > 0) entry.datapoints = datapoints;
    become(entry, state, { reason, at: end });
  };

  const become = (entry: Entry, state: AlarmState, { reason, at }: { reason: string; at: number }): void => {
    const repeated = state === entry.state;
    if (repeated && at - entry.activatedAt < repeatMs) return;
    if (!repeated) Object.assign(entry, { state, reason, stateSince: at });
    entry.activatedAt = at;
    const { definition } = entry;
    const actions = {
      ALARM: 'AlarmActions',
      OK: 'OKActions',
      INSUFFICIENT_DATA: 'InsufficientDataActions',
    } as const;
    const called = definition.ActionsEnabled === false ? [] : (definition[actions[state]] ?? []);
    if (repeated && called.length === 0) return;
    onAlarm({
      alarmName: definition.AlarmName,
      state,
      reason,
      actions: called,
      threshold: definition.Threshold,
      datapoints: entry.datapoints,
      at,
      repeated,
    });
  };

  return {
    put: (definition) => {
      check(definition);
      const before = entries.get(definition.AlarmName);
      before?.cancelNext();
      const entry: Entry = {
        state: 'INSUFFICIENT_DATA',
        reason: 'Unchecked: Initial alarm creation',
        stateSince: clock.now(),
        activatedAt: clock.now(),
        datapoints: [],
        cancelNext: () => {},
        ...before,
        definition,
      };
      entries.set(definition.AlarmName, entry);
      const every = everyMs(definition);
      schedule(entry, floorTo(clock.now(), every) + every);
    },
    delete: (name) => {
      entries.get(name)?.cancelNext();
      entries.delete(name);
    },
    set: (name, state, reason) => {
      const entry = entries.get(name);
      if (!entry) throw new AwsError('ResourceNotFound', `There is no alarm ${JSON.stringify(name)}`);
      become(entry, state, { reason, at: clock.now() });
    },
    list: () => [...entries.values()],
    close: () => {
      for (const { cancelNext } of entries.values()) cancelNext();
      entries.clear();
    },
  };
}

function everyMs({ Period }: AlarmDefinition): number {
  return Period < 60 ? 10_000 : 60_000;
}

function check({ AlarmName, ComparisonOperator, Period, EvaluationPeriods, ...rest }: AlarmDefinition): void {
  const refuse = (message: string): never => {
    throw new AwsError('ValidationError', `Alarm ${JSON.stringify(AlarmName)}: ${message}`);
  };
  if (!AlarmName) refuse('AlarmName is missing');
  if (!rest.Namespace || !rest.MetricName) {
    refuse('the local CloudWatch evaluates one metric by name, no metric math');
  }
  if (!isComparison(ComparisonOperator)) refuse(`unknown comparison ${ComparisonOperator}`);
  if (![10, 20, 30].includes(Period) && !(Period > 0 && Period % 60 === 0)) {
    refuse(`a period of ${Period} s: use 10, 20, 30 or a multiple of 60`);
  }
  if (!Number.isInteger(EvaluationPeriods) || EvaluationPeriods < 1) {
    refuse(`EvaluationPeriods ${EvaluationPeriods} is no number of periods`);
  }
  if ((rest.DatapointsToAlarm ?? 1) > EvaluationPeriods) {
    refuse(`DatapointsToAlarm ${rest.DatapointsToAlarm} is more than ${EvaluationPeriods} periods`);
  }
}
