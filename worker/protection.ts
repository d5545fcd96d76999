import type { Logger } from 'pino';
import { type EcsAgent, ProtectionRefused } from './ecs-agent.ts';
import type { Timings } from './timings.ts';

/** This worker's one scale-in protection: neither scaling nor a deployment stops a worker that holds it. */
export interface Protection {
  /** Takes it, or keeps it; false if ECS refuses, and then no work may begin. */
  take(): Promise<boolean>;
  drop(): Promise<void>;
  /** Ends the renewing; what is held expires by itself. */
  stop(): void;
}

/** So long a protection lasts of which nothing more is heard. */
const expiresInMinutes = 5;

/**
 * Makes the protection, not yet taken. `onRefused` hears that ECS would not grant it, or would not prolong it because
 * it holds up a deployment; any other failure to prolong is tried again while what is held lasts. `onRenewed` hears
 * each time that it was prolonged.
 */
export function createProtection(options: {
  agent: EcsAgent;
  onRefused(reason: string): void;
  onRenewed(): void;
  timings: Pick<Timings, 'protectionRenewSeconds'>;
  log: Logger;
}): Protection {
  const { agent, onRefused, onRenewed, timings, log } = options;
  let heldUntil = 0;
  let wanted = false;
  let renewal: NodeJS.Timeout | undefined;
  let taking: Promise<boolean> | undefined;
  let pending: Promise<unknown> = Promise.resolve();

  const isHeld = () => Date.now() < heldUntil;

  // One request at a time, in order: a late answer must not undo a newer wish.
  const inTurn = <Value>(action: () => Promise<Value>): Promise<Value> => {
    const result = pending.then(action);
    pending = result.catch(() => undefined);
    return result;
  };

  const protect = async () => {
    const askedAt = Date.now();
    await agent.protect(expiresInMinutes);
    heldUntil = askedAt + expiresInMinutes * 60_000;
  };

  const refused = (error: unknown) => {
    const reason = error instanceof ProtectionRefused ? error.reason : 'unknown';
    log.warn({ err: error, reason }, 'scale-in protection was refused');
    return reason;
  };

  const renew = async () => {
    if (!wanted) return;
    try {
      await protect();
      onRenewed();
    } catch (error) {
      if (refused(error) === 'DEPLOYMENT_BLOCKED') onRefused('DEPLOYMENT_BLOCKED');
    }
  };

  const takeInTurn = async () => {
    try {
      if (!isHeld()) await protect();
      renewal ??= setInterval(() => void inTurn(renew), timings.protectionRenewSeconds * 1000);
      return true;
    } catch (error) {
      onRefused(refused(error));
      return false;
    }
  };

  return {
    take: () => {
      wanted = true;
      if (isHeld() && renewal) return Promise.resolve(true);
      taking ??= inTurn(takeInTurn).finally(() => {
        taking = undefined;
      });
      return taking;
    },
    drop: () => {
      wanted = false;
      return inTurn(async () => {
        if (wanted || !isHeld()) return;
        clearInterval(renewal);
        renewal = undefined;
        heldUntil = 0;
        await agent
          .unprotect()
          .catch((error) => log.warn({ err: error }, 'could not drop protection; it expires'));
      });
    },
    stop: () => clearInterval(renewal),
  };
}
