import { Duration } from 'aws-cdk-lib';
import type { HealthCheck } from 'aws-cdk-lib/aws-ecs';

/**
 * Asks the worker in its container whether its loops make progress; without a shell, which the image has not. ECS
 * replaces a worker that fails it, and scale-in protection is no protection against that: so a worker calls itself
 * stalled only after minutes, and three answers must say so.
 */
export const workerHealthCheck: HealthCheck = {
  command: ['CMD', '/nodejs/bin/node', '/app/worker/health.js', '/tmp/worker-heartbeat'],
  interval: Duration.seconds(30),
  // A Node of its own beside a worker that may be using all of the CPU.
  timeout: Duration.seconds(20),
  retries: 3,
  startPeriod: Duration.seconds(120),
};
