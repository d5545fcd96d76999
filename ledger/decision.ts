import type { Claim } from './ledger.ts';

/** A claim but for the follow-ups that are due. */
export type Decision = Claim extends infer One
  ? One extends Claim
    ? Omit<One, 'dueFollowUps'>
    : never
  : never;
