import { startHealthEndpoint } from './health-endpoint.ts';
import { startHeartbeat } from './heartbeat.ts';

/** Where a worker says whether it makes progress; left out: not there. */
export interface HealthPlaces {
  /** For the container's health check. */
  healthFile?: string | undefined;
  /** For whoever asks over HTTP, on loopback; 0: any that is free. */
  healthPort?: number | undefined;
}

/** Tells the worker's health wherever it is asked for, until it is stopped. Throws if a place cannot be used. */
export async function tellHealth(
  { healthFile, healthPort }: HealthPlaces,
  parts: Omit<Parameters<typeof startHeartbeat>[0], 'file'> &
    Omit<Parameters<typeof startHealthEndpoint>[0], 'port'>,
): Promise<{ stop(): Promise<void> }> {
  const heartbeat = healthFile === undefined ? undefined : startHeartbeat({ ...parts, file: healthFile });
  const endpoint =
    healthPort === undefined ? undefined : await startHealthEndpoint({ ...parts, port: healthPort });
  return {
    stop: async () => {
      heartbeat?.stop();
      await endpoint?.stop();
    },
  };
}
