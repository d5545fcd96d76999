import type { EcsEvent } from './ecs/ecs.ts';
import type { ScanEvent } from './guardduty/guardduty.ts';
import type { LambdaEvent } from './lambda/lambda.ts';
import type { ScalingEvent } from './scaling/create-scaling.ts';
import type { NoticeEvent } from './tell-notices.ts';
import type { ProgressEvent } from './watch-progress.ts';
import type { RunEvent } from './watch-runs.ts';

/** Everything that happens in the local cloud, for screens and demonstrations. */
export type LocalEvent =
  | EcsEvent
  | ScanEvent
  | LambdaEvent
  | ScalingEvent
  | RunEvent
  | ProgressEvent
  | NoticeEvent
  /** What the local cloud does or finds, in a sentence. */
  | { kind: 'said'; sentence: string };
