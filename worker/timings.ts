import { limits } from '../tasks/limits.ts';

/** How long a worker waits for what. Tests shorten them; a deployment has no say in them. */
export interface Timings {
  /** Length of a lease and of a message's visibility, which are renewed together. Whole seconds. */
  leaseSeconds: number;
  renewEverySeconds: number;
  /** SQS's longest is 20. */
  longPollSeconds: number;
  /** How long an aborted handler may tidy up before its attempt is settled without it. */
  tidyUpSeconds: number;
  /** How long a message waits that could not be claimed because a store was out of reach. */
  outageSeconds: number;
  /** How long a starting worker waits for a database that is out of reach; then it exits, and its exit is seen. */
  startOutageSeconds: number;
  protectionRenewSeconds: number;
  /** How long an empty worker stays protected: ECS throttles workers that change their mind with every message. */
  protectionLingerSeconds: number;
  /** How long a worker stays unprotected, so that ECS can stop it for a deployment. */
  stepAsideSeconds: number;
  /** The same for one that makes way to be counted no longer: until the demand is told without it and ECS has acted. */
  makeWaySeconds: number;
  pausedTasksSeconds: number;
  /** What is left of the stop timeout for handing back and flushing. */
  stopMarginSeconds: number;
  /** How often a worker says that it lives. */
  heartbeatSeconds: number;
  /** A loop without progress for so long has stalled; well above what SQS or a database that wakes up may take. */
  stallSeconds: number;
  /** The same for starting, which may migrate the database or wait for another worker that does. */
  startStallSeconds: number;
  /** The longest pause between two tries of what failed. */
  longestBackoffSeconds: number;
}

/** The timings of every deployed worker. */
export const standardTimings: Timings = {
  leaseSeconds: limits.leaseSeconds,
  renewEverySeconds: limits.renewEverySeconds,
  longPollSeconds: 20,
  tidyUpSeconds: 5,
  outageSeconds: 60,
  startOutageSeconds: 120,
  protectionRenewSeconds: 60,
  protectionLingerSeconds: 5,
  stepAsideSeconds: 15,
  makeWaySeconds: 150,
  pausedTasksSeconds: 30,
  stopMarginSeconds: 15,
  heartbeatSeconds: 5,
  stallSeconds: 300,
  startStallSeconds: 1800,
  longestBackoffSeconds: 20,
};
