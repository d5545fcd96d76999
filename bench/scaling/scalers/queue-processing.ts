import { plainHabits } from '../plain-habits.ts';
import type { ScalingTemplate } from '../scaling-template.ts';
import { startCpuMetric, startQueueMetric } from '../service-metrics.ts';
import type { Scaler } from '../simulate.ts';
import { startStepAlarms } from '../step-alarms.ts';
import { startTargetTracking } from '../target-tracking.ts';

/** CDK's QueueProcessingFargateService: step scaling on AWS/SQS's own metric beside target tracking of the CPU. */
export function queueProcessing(name: string, template: ScalingTemplate): Scaler {
  return {
    name,
    assumed: 'alarms, steps and limits of its synthesized template; a full worker uses 60 % of its CPU',
    habits: () => plainHabits,
    start: (world) => {
      startQueueMetric(world);
      startCpuMetric(world);
      startStepAlarms(world, template);
      for (const tracking of template.tracking) startTargetTracking(world, { ...template, ...tracking });
      world.fleet.setDesired(template.minimum);
    },
  };
}
