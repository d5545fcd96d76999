import type { Logger } from 'pino';
import { pause } from './backoff.ts';
import type { EcsAgent } from './ecs-agent.ts';
import type { Gate } from './gate.ts';
import type { KeepAlive } from './keep-alive.ts';
import { createProtection } from './protection.ts';
import type { Rotation } from './rotation.ts';
import type { Timings } from './timings.ts';

/** Protects a worker from its start to its first empty poll, and after that for as long as it has messages. */
export interface BusyProtection {
  /** To be asked before any work; false: hand the message back. */
  take(): Promise<boolean>;
  /** Every queue has been asked: from now on an empty worker needs no protection. */
  started(): void;
  /** The last message has been let go. */
  emptied(): void;
  stop(): void;
}

/**
 * Holds the protection while the worker is busy. A worker that ECS refuses it, that holds up a deployment or that has a
 * reason to make way steps aside: it empties, stays unprotected for a while so that ECS can stop it, and goes on if it
 * still lives.
 */
export function protectWhileBusy(options: {
  agent: EcsAgent;
  gate: Gate;
  keepAlive: Pick<KeepAlive, 'deliveries'>;
  rotation: Rotation;
  timings: Pick<
    Timings,
    'protectionRenewSeconds' | 'protectionLingerSeconds' | 'stepAsideSeconds' | 'makeWaySeconds'
  >;
  log: Logger;
}): BusyProtection {
  const { gate, keepAlive, rotation, timings, log } = options;
  const stopping = new AbortController();
  const protection = createProtection({
    ...options,
    onRefused: (reason) => void stepAside(reason, timings.stepAsideSeconds),
    onRenewed: () => void makeWay(),
  });
  let hasStarted = false;
  let lingering: NodeJS.Timeout | undefined;
  let isAside = false;
  let onEmptied = () => {};

  const isEmpty = () => keepAlive.deliveries.size === 0;

  const linger = () => {
    clearTimeout(lingering);
    lingering = setTimeout(() => {
      if (isEmpty()) void protection.drop();
    }, timings.protectionLingerSeconds * 1000);
  };

  const makeWay = async () => {
    const reason = await rotation.reason();
    if (reason !== undefined) await stepAside(reason, timings.makeWaySeconds);
  };

  const stepAside = async (reason: string, seconds: number) => {
    if (isAside) return;
    isAside = true;
    gate.close('stepping aside');
    log.info({ reason }, 'stepping aside: finishing what there is, receiving nothing');
    if (!isEmpty()) {
      await new Promise<void>((resolve) => {
        onEmptied = resolve;
      });
    }
    await protection.drop();
    await pause(seconds, stopping.signal);
    isAside = false;
    gate.open('stepping aside');
  };

  return {
    take: () => {
      clearTimeout(lingering);
      rotation.took();
      return protection.take();
    },
    started: () => {
      hasStarted = true;
      if (isEmpty()) linger();
    },
    emptied: () => {
      onEmptied();
      if (hasStarted) linger();
    },
    stop: () => {
      clearTimeout(lingering);
      stopping.abort();
      protection.stop();
    },
  };
}
