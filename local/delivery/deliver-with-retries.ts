import type { Clock } from '../clock.ts';
import { AwsError } from '../json-protocol.ts';
import type { Targets } from './targets.ts';

/** A target as rules and schedules describe it in the template. */
export interface Target {
  Arn: string;
  SqsParameters?: { MessageGroupId?: string };
  DeadLetterConfig?: { Arn?: string };
  RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number };
}

/** What became of a delivery. */
export type DeliveryOutcome =
  | { delivered: true }
  | { delivered: false; reason: string; deadLetterArn: string | undefined };

const firstDelaySeconds = 1;
const longestDelaySeconds = 60;

/**
 * Delivers as EventBridge and Scheduler do: what cannot succeed (a target that is not there, a request that is
 * refused) is given up at once, everything else is tried again with growing delays, by default 185 times in 24 hours;
 * what is given up goes to the target's dead-letter queue, with the reason in its attributes.
 */
export async function deliverWithRetries(options: {
  targets: Targets;
  clock: Clock;
  target: Target;
  /** The payload of an attempt, 1 being the first. */
  payload: (attempt: number) => string;
  /** Further attributes of the dead letter: who sent it. */
  deadLetterAttributes: Record<string, string>;
  signal: AbortSignal;
}): Promise<DeliveryOutcome> {
  const { targets, clock, target, payload, signal } = options;
  const startedAt = clock.now();
  const retries = target.RetryPolicy?.MaximumRetryAttempts ?? 185;
  const longestAgeSeconds = target.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await targets.deliver(target.Arn, {
        payload: payload(attempt),
        ...(target.SqsParameters ? { parameters: { ...target.SqsParameters } } : {}),
      });
      return { delivered: true };
    } catch (error) {
      const exhausted = exhaustion(error, {
        isLast: attempt > retries,
        isOld: clock.now() - startedAt >= longestAgeSeconds * 1000,
      });
      if (exhausted !== undefined || signal.aborted) {
        return giveUp(options, { error, attempt, condition: exhausted ?? 'Stopped' });
      }
      const delaySeconds = Math.min(firstDelaySeconds * 2 ** (attempt - 1), longestDelaySeconds);
      await waitOn(clock, delaySeconds * 1000, signal);
    }
  }
}

function exhaustion(
  error: unknown,
  { isLast, isOld }: { isLast: boolean; isOld: boolean },
): string | undefined {
  const refused = error instanceof RangeError || (error instanceof AwsError && error.status < 500);
  if (refused) return 'NonRetryableError';
  if (isLast) return 'MaximumRetryAttempts';
  return isOld ? 'MaximumEventAgeInSeconds' : undefined;
}

async function giveUp(
  { targets, target, payload, deadLetterAttributes }: Parameters<typeof deliverWithRetries>[0],
  { error, attempt, condition }: { error: unknown; attempt: number; condition: string },
): Promise<DeliveryOutcome> {
  const reason = error instanceof Error ? error.message : String(error);
  const deadLetterArn = target.DeadLetterConfig?.Arn;
  if (deadLetterArn !== undefined) {
    await targets.deliver(deadLetterArn, {
      payload: safely(() => payload(attempt)),
      attributes: {
        ERROR_CODE: error instanceof AwsError ? error.code : 'INTERNAL_ERROR',
        ERROR_MESSAGE: reason,
        EXHAUSTED_RETRY_CONDITION: condition,
        RETRY_ATTEMPTS: String(attempt - 1),
        TARGET_ARN: target.Arn,
        ...deadLetterAttributes,
      },
    });
  }
  return { delivered: false, reason, deadLetterArn };
}

/** The payload may be what failed; a dead letter says so instead of getting lost. */
function safely(payload: () => string): string {
  try {
    return payload();
  } catch (error) {
    return JSON.stringify({ error: String(error) });
  }
}

function waitOn(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(milliseconds, done);
    function done(): void {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    }
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
  });
}
