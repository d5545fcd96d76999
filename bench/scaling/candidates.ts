import type { Candidate } from './change-policy.ts';
import { deployedRotation, type Rotation } from './protected-habits.ts';

const rotating = (change: Partial<Rotation>): Rotation => ({ ...deployedRotation, ...change });
/** Longer than a minute: then no alarm ends between two tellings. */
const longMemory = { alarmMemoryPeriods: 9 };

/** What was tried in place of the deployed policy; docs/scaling.md tells what came of it. */
export const candidates: readonly Candidate[] = [
  { name: 'as deployed' },
  ...[[1], [1, 4, 16], [1, 2, 4, 8, 16, 32]].map((thresholds) => ({
    name: `follow alarms at ${thresholds.join(', ')}`,
    thresholds,
  })),
  { name: 'silence ignored', silence: 'ignore' },
  { name: 'silence ignored, alarm at 1', silence: 'ignore', thresholds: [1] },
  {
    name: 'silence ignored, alarms at 1, 2, 4 … 32',
    silence: 'ignore',
    thresholds: [1, 2, 4, 8, 16, 32],
  },
  { name: 'alarms remember 50 s', alarmMemoryPeriods: 4 },
  { name: 'alarms remember 100 s', ...longMemory },
  { name: 'alarms remember 100 s, alarm at 1', ...longMemory, thresholds: [1] },
  ...[30, 60].map((followSeconds) => ({ name: `follow alarms of ${followSeconds} s`, followSeconds })),
  ...[10, 30].map((stopSeconds) => ({ name: `stop alarm of ${stopSeconds} s`, stopSeconds })),
  ...[1, 3, 5, 10].map((minutes) => ({
    name: `remembers needs for ${minutes} min`,
    smoothingMinutes: minutes,
    heldMinutes: minutes,
  })),
  { name: 'held counts ended attempts', countsEnded: true },
  ...[0.25, 0.33, 0.75, 1].map((objectiveShare) => ({
    name: `objective x ${objectiveShare}`,
    objectiveShare,
  })),
  ...[
    { exactUpTo: 5, growth: 1.5 },
    { exactUpTo: 15, growth: 1.35 },
    { exactUpTo: 1, growth: 2 },
  ].map((steps) => ({ name: `steps exact to ${steps.exactUpTo}, then x ${steps.growth}`, steps })),
  { name: 'rotation: never', rotation: rotating({ chance: 0 }) },
  { name: 'rotation: one at a time', rotation: rotating({ turn: 'one-at-a-time', chance: 1 }) },
  { name: 'rotation: even alone', rotation: rotating({ turn: 'even-alone', chance: 1 }) },
  ...[0.25, 0.75, 1].map((chance) => ({
    name: `rotation: with a chance of ${chance}`,
    rotation: rotating({ chance }),
  })),
  { name: 'old versions wait for luck', rotation: rotating({ leavesForNewVersion: false }) },
];
