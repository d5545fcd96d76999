import { localAccount, localRegion } from '../local-service.ts';
import type { WorkerProcess } from './worker-process.ts';

/** A worker of a service, running or ended. */
export interface Worker {
  readonly id: string;
  readonly arn: string;
  readonly cluster: string;
  readonly service: string;
  /** Family and revision. */
  readonly taskDefinition: string;
  readonly container: string;
  readonly process: WorkerProcess;
  /** Milliseconds since 1970, of the wall clock as all that follow. */
  readonly startedAt: number;
  /** Set as soon as it is to stop. */
  stopping?: { reason: string; at: number };
  /** Set when its process has ended. */
  stopped?: { reason: string; at: number; exitCode: number | null };
  /** End of its scale-in protection; undefined without one. */
  protectedUntil?: number;
}

/** Whether scale-in must leave the worker alone. */
export function isProtected({ protectedUntil, stopped }: Worker): boolean {
  return protectedUntil !== undefined && !stopped;
}

/** An ARN of the local ECS, such as that of `cluster/NAME`. */
export function ecsArn(resource: string): string {
  return `arn:aws:ecs:${localRegion}:${localAccount}:${resource}`;
}

/** The last part of an ARN, or the name itself: ECS takes either. */
export function nameOf(nameOrArn: string): string {
  return nameOrArn.split('/').at(-1) ?? nameOrArn;
}
