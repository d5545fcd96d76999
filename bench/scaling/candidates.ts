import type { Candidate } from './change-policy.ts';
import type { Rotation } from './protected-habits.ts';

const oneAtATime = (when: Rotation['when']): Rotation => ({ when, afterSeconds: 60, asideSeconds: 150 });
const half: Rotation = { ...oneAtATime('beside-others'), chance: 0.5 };

const thresholds = [1, 2, 4, 8, 16, 32];

/** The best that was found: on no trace a documented peer is clearly better in both. */
export const proposed: Candidate = {
  name: 'proposed (together, objective x 0.5)',
  ...{ smoothingMinutes: 2, heldMinutes: 2, objectiveFraction: 0.5, stopSeconds: 30 },
  thresholds,
  rotation: { ...half, leavesForNewVersion: true },
};

/** What was tried; docs/scaling.md tells what came of it. */
export const candidates: readonly Candidate[] = [
  { name: 'as deployed' },
  ...[10, 30, 60].map((followSeconds) => ({ name: `follow alarm ${followSeconds} s`, followSeconds })),
  ...[10, 30].map((stopSeconds) => ({ name: `stop alarm ${stopSeconds} s`, stopSeconds })),
  { name: 'alarms at 1, 2, 4, 8 … 32', thresholds },
  ...[1, 2, 3, 5, 10].map((smoothingMinutes) => ({
    name: `smoothing ${smoothingMinutes} min`,
    smoothingMinutes,
  })),
  ...[1, 2, 3].map((heldMinutes) => ({ name: `held of ${heldMinutes} min`, heldMinutes })),
  { name: 'held counts ended attempts', countsEnded: true },
  ...[0.25, 0.33, 0.5, 0.75, 1].map((objectiveFraction) => ({
    name: `objective x ${objectiveFraction}`,
    objectiveFraction,
  })),
  ...[
    { exactUpTo: 5, growth: 1.5 },
    { exactUpTo: 10, growth: 1.25 },
    { exactUpTo: 15, growth: 1.35 },
    { exactUpTo: 1, growth: 2 },
  ].map((steps) => ({ name: `steps exact to ${steps.exactUpTo}, then x ${steps.growth}`, steps })),
  { name: 'rotation: never', rotation: oneAtATime('never') },
  { name: 'rotation: one at a time, even alone', rotation: oneAtATime('always') },
  { name: 'rotation: one at a time, not alone', rotation: oneAtATime('beside-others') },
  ...[0.25, 0.5, 0.75].map((chance) => ({
    name: `rotation: each with chance ${chance}, not alone`,
    rotation: { ...half, chance },
  })),
  {
    name: 'old versions leave once replaced',
    rotation: { ...oneAtATime('beside-others'), leavesForNewVersion: true },
  },
  proposed,
  ...[0.33, 1].map((objectiveFraction) => ({
    name: `together, objective x ${objectiveFraction}`,
    ...{ smoothingMinutes: 2, heldMinutes: 2, objectiveFraction, stopSeconds: 30 },
    thresholds,
    rotation: { ...half, leavesForNewVersion: true },
  })),
  {
    name: 'together, one alarm',
    ...{ smoothingMinutes: 2, heldMinutes: 2, objectiveFraction: 0.5, stopSeconds: 30 },
    rotation: { ...half, leavesForNewVersion: true },
  },
  {
    name: 'together, one rotates at a time',
    ...{ smoothingMinutes: 2, heldMinutes: 2, objectiveFraction: 0.5, stopSeconds: 30 },
    thresholds,
    rotation: { ...oneAtATime('beside-others'), leavesForNewVersion: true },
  },
];
