import { answerParent } from './ask.ts';
import { createMeter, type Meter } from './resource-meter.ts';

/** What a process that does nothing answers. */
export type IdleQuestions = Meter;

answerParent(createMeter(), async () => undefined);
