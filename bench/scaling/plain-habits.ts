import type { Habits } from './fleet.ts';

/** ECS's default stop timeout, and the default grace of Kubernetes. */
const stopGraceSeconds = 30;

/**
 * What the peers' workers do: they are as good as ours but for protection, which no peer has. Told to stop, they finish
 * what ends within the grace and hand the rest back at once.
 */
export const plainHabits: Habits = {
  stopGraceSeconds,
  started: (worker) => worker.receive(),
  mayWork: () => true,
  attemptBegan: () => {},
  emptied: () => {},
};
