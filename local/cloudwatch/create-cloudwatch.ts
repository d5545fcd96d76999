import type { Clock } from '../clock.ts';
import { jsonService, type Operation } from '../json-protocol.ts';
import { type AlarmDefinition, type Alarms, createAlarms } from './alarms.ts';
import type { AlarmActivation, AlarmState, CloudWatch } from './cloudwatch.ts';
import { embeddedMetrics } from './embedded-metrics.ts';
import { metricOperations } from './metric-operations.ts';
import { createMetricStore } from './metric-store.ts';

/**
 * Starts without metrics and alarms. Alarms come by `PutMetricAlarm`; `onAlarm` is told every change of a
 * state, and once a minute an alarm that stays in a state with actions (of which AWS repeats only scaling).
 */
export function createCloudWatch({
  clock,
  onAlarm = () => {},
}: {
  clock: Clock;
  onAlarm?: (activation: AlarmActivation) => void;
}): CloudWatch {
  const store = createMetricStore();
  const alarms = createAlarms({ clock, store, onAlarm });
  return {
    ...jsonService(['monitoring'], { ...metricOperations(store, clock), ...alarmOperations(alarms) }),
    record: store.put,
    readLogLine: (line) => {
      const data = embeddedMetrics(line);
      // The line was written just now, and its process knows nothing of a clock that is faster than the wall's.
      for (const datum of data) {
        store.put(clock.speed === 1 ? datum : { ...datum, timestamp: clock.now() });
      }
      return data.length > 0;
    },
    close: alarms.close,
  };
}

function alarmOperations(alarms: Alarms): Record<string, Operation> {
  return {
    PutMetricAlarm: (definition: AlarmDefinition) => {
      alarms.put(definition);
      return {};
    },
    DeleteAlarms: ({ AlarmNames }: { AlarmNames: string[] }) => {
      for (const name of AlarmNames) alarms.delete(name);
      return {};
    },
    SetAlarmState: (input: { AlarmName: string; StateValue: AlarmState; StateReason: string }) => {
      alarms.set(input.AlarmName, input.StateValue, input.StateReason);
      return {};
    },
    DescribeAlarms: (input: {
      AlarmNames?: string[];
      AlarmNamePrefix?: string;
      StateValue?: AlarmState;
    }) => ({
      CompositeAlarms: [],
      MetricAlarms: alarms
        .list()
        .filter(({ definition: { AlarmName }, state }) =>
          [
            input.AlarmNames?.includes(AlarmName) ?? true,
            AlarmName.startsWith(input.AlarmNamePrefix ?? ''),
            state === (input.StateValue ?? state),
          ].every(Boolean),
        )
        .map(({ definition, state, reason, stateSince }) => ({
          ...definition,
          StateValue: state,
          StateReason: reason,
          StateUpdatedTimestamp: stateSince / 1000,
        })),
    }),
  };
}
