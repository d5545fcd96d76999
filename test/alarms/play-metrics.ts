import type { AlarmState } from '../../local/cloudwatch/cloudwatch.ts';
import { createMetricStore } from '../../local/cloudwatch/metric-store.ts';
import type { SynthesizedAlarm } from './synthesized-alarms.ts';

/** What a metric tells in each minute; undefined or no entry: nothing. Several values are several workers'. */
export type Told = Record<string, (minute: number) => number | number[] | undefined>;

/** Name of a metric in `Told`, such as `AWS/SQS NumberOfMessagesDeleted QueueName=reports`. */
export function metricKey(namespace: string, metricName: string, dimensions: Record<string, string>): string {
  return [namespace, metricName, ...Object.entries(dimensions).map((pair) => pair.join('='))].join(' ');
}

const start = Date.parse('2026-11-22T00:00:00Z');

/**
 * Plays metrics minute by minute and answers when each alarm that rang began to, in minutes: by alarm, in order. Throws if
 * an alarm is left without data, unless that may be.
 */
export function rings(
  alarms: readonly SynthesizedAlarm[],
  told: Told,
  { minutes, mayStayUnsure = false }: { minutes: number; mayStayUnsure?: boolean },
): Record<string, number[]> {
  const store = createMetricStore();
  const states = new Map<string, AlarmState>();
  const rang: Record<string, number[]> = {};
  for (let minute = 0; minute < minutes; minute += 1) {
    for (const [key, tell] of Object.entries(told)) {
      const value = tell(minute);
      if (value === undefined) continue;
      const [namespace = '', metricName = '', ...dimensions] = key.split(' ');
      store.put({
        namespace,
        metricName,
        dimensions: Object.fromEntries(dimensions.map((pair) => pair.split('=') as [string, string])),
        timestamp: start + minute * 60_000 + 20_000,
        values: [value].flat(),
      });
    }
    for (const alarm of alarms) {
      const before = states.get(alarm.name) ?? 'INSUFFICIENT_DATA';
      const state = alarm.evaluate(store, start + (minute + 1) * 60_000, before);
      if (state === 'ALARM' && before !== 'ALARM') rang[alarm.name] = [...(rang[alarm.name] ?? []), minute];
      states.set(alarm.name, state);
    }
  }
  const unsure = [...states].filter(([, state]) => state === 'INSUFFICIENT_DATA').map(([name]) => name);
  if (unsure.length > 0 && !mayStayUnsure)
    throw new Error(`Alarms that stay without data: ${unsure.join(', ')}`);
  return rang;
}
