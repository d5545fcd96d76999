import { createAlarms } from '../../local/cloudwatch/alarms.ts';
import { type ScalingActivity, stepScaling } from '../../local/scaling/step-scaling.ts';
import type { ScalingTemplate } from './scaling-template.ts';
import type { World } from './simulate.ts';

/** Lets the alarms and step policies of a template decide, by the same rules as the local cloud's. */
export function startStepAlarms(
  { clock, store, fleet, random, assumptions }: World,
  { alarms, steps, minimum, maximum }: Pick<ScalingTemplate, 'alarms' | 'steps' | 'minimum' | 'maximum'>,
  alarmMemoryPeriods?: number,
): void {
  let last: ScalingActivity | undefined;
  const evaluated = createAlarms({
    clock,
    store,
    extraPeriods: alarmMemoryPeriods,
    onAlarm: ({ actions, threshold, datapoints }) => {
      for (const action of actions) {
        const policy = steps.get(action);
        if (!policy) continue;
        clock.schedule(random.between(...assumptions.scalingActionSeconds) * 1000, () => {
          const { desired, activity } = stepScaling({
            ...{ policy, threshold, datapoints, minimum, maximum, last },
            current: fleet.desired,
            now: clock.now(),
          });
          if (!activity) return;
          last = activity;
          fleet.setDesired(desired);
        });
      }
    },
  });
  for (const alarm of alarms) evaluated.put(alarm);
}
