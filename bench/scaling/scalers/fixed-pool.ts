import { plainHabits } from '../plain-habits.ts';
import type { Scaler } from '../simulate.ts';

/** So many workers, always. */
export function fixedPool(workers: number, name = `fixed pool of ${workers}`): Scaler {
  return {
    name,
    assumed: 'no more worker-minutes than ours took, but at least one worker',
    habits: () => plainHabits,
    start: ({ fleet }) => fleet.setDesired(workers),
  };
}
