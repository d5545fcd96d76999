import type { ScalingTemplate } from '../scaling-template.ts';
import type { Scaler } from '../simulate.ts';
import type { TraceTask } from '../trace.ts';
import { acceptableBacklog, copilot } from './copilot.ts';
import { keda } from './keda.ts';
import { queueProcessing } from './queue-processing.ts';
import { watchbot } from './watchbot.ts';

/** Templates of the stacks that are compared. */
export interface ScalingTemplates {
  ours: ScalingTemplate;
  /** CDK's pattern with its own limits, and from 0 to our maximum. */
  queueProcessing: ScalingTemplate;
  queueProcessingFromZero: ScalingTemplate;
}

const kedaDefaults = { queueLength: 5, pollSeconds: 30, cooldownSeconds: 300 };

/** Every peer but the fixed pool, whose size depends on what ours cost. All but CDK's own limits end at our maximum. */
export function peersOf(templates: ScalingTemplates, task: TraceTask): Scaler[] {
  const { maximum } = templates.ours;
  return [
    queueProcessing('CDK, defaults', templates.queueProcessing),
    queueProcessing('CDK, min 0', templates.queueProcessingFromZero),
    copilot('Copilot, min 1', { minimum: 1, maximum }),
    copilot('Copilot, min 0', { minimum: 0, maximum }),
    keda('KEDA', { ...kedaDefaults, maximum }),
    keda('KEDA, tuned length', { ...kedaDefaults, queueLength: acceptableBacklog(task), maximum }),
    watchbot(maximum),
  ];
}
