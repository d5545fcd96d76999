import type { JsonService } from '../json-protocol.ts';
import type { PathHandler } from '../server.ts';

/** Clusters, services and workers of the local cloud: real processes. */
export interface Ecs extends JsonService {
  /** Creates the service, or changes it for workers that start from now on. Answers its ARN. */
  putService(service: WorkerServiceDefinition): string;
  /** Agent and metadata endpoints of the workers, for the server's `extra`. */
  readonly paths: readonly PathHandler[];
  /** From now on protection is refused with this reason, such as `DEPLOYMENT_BLOCKED`; undefined ends that. */
  refuseProtection(reason: string | undefined): void;
  /** Stops every worker and waits until all are gone, at most their stop timeout or so many seconds. */
  close(options?: { withinSeconds?: number }): Promise<void>;
}

/** A service whose workers are Node processes. */
export interface WorkerServiceDefinition {
  cluster: string;
  name: string;
  desiredCount: number;
  /** Family and revision, such as `slackwater-dev:1`. */
  taskDefinition: string;
  container: {
    name: string;
    /** Node's arguments, such as `['worker/main.ts']`. */
    arguments: readonly string[];
    workingDirectory: string;
    /** Without the variables that ECS adds. */
    environment: Readonly<Record<string, string>>;
    /** From SIGTERM to SIGKILL. */
    stopTimeoutSeconds: number;
  };
}

/** What happens to workers, for the screen. */
export type EcsEvent =
  | { kind: 'worker-started'; workerId: string; service: string; pid: number; logFile: string }
  | { kind: 'worker-stopping'; workerId: string; service: string; reason: string }
  | {
      kind: 'worker-stopped';
      workerId: string;
      service: string;
      reason: string;
      exitCode: number | null;
      signal: NodeJS.Signals | null;
    }
  | { kind: 'worker-count'; service: string; running: number; desired: number }
  | { kind: 'worker-protected' | 'worker-unprotected'; workerId: string; service: string };
