import type { SSMClient } from '@aws-sdk/client-ssm';
import type { Logger } from 'pino';
import { type Ledger, LedgerUnreachable } from '../ledger/ledger.ts';
import type { ClaimCheckStore } from '../messages/claim-check.ts';
import type { Services } from '../services/services.ts';
import { attempt } from './attempt.ts';
import { createDeadLetters } from './dead-letters.ts';
import type { Delivery, TaskQueue } from './delivery.ts';
import { drain } from './drain.ts';
import type { EcsAgent } from './ecs-agent.ts';
import { bothGates, createGate } from './gate.ts';
import type { Handlers } from './handlers.ts';
import { startKeepAlive } from './keep-alive.ts';
import { watchLedger } from './ledger-watch.ts';
import { startMetrics } from './metrics.ts';
import { type WorkerBroken, WorkerStopping } from './outcome.ts';
import { outlast } from './outlast.ts';
import type { OwnService } from './own-service.ts';
import { followPausedTasks } from './paused-tasks.ts';
import { protectWhileBusy } from './protect-while-busy.ts';
import { createRateLimits } from './rate-limits.ts';
import { receive } from './receive.ts';
import { createReplies } from './replies.ts';
import { createRotation } from './rotation.ts';
import { createSender } from './send-message.ts';
import { createSettling } from './settle.ts';
import { createSettlingCalls } from './settling-calls.ts';
import { createSlots } from './slots.ts';
import { createSqsCalls } from './sqs-calls.ts';
import type { SqsClients } from './sqs-clients.ts';
import { createSuspects } from './suspects.ts';
import type { TakePermits } from './take-permits.ts';
import { type HealthPlaces, tellHealth } from './tell-health.ts';
import type { Timings } from './timings.ts';
import { watchLoops } from './watch-loops.ts';

/** What a worker is made of. */
export interface WorkerParts extends HealthPlaces {
  /** Its name in the ledger and in logs. */
  name: string;
  deployment: string;
  queues: readonly TaskQueue[];
  handlers: Handlers;
  ledger: Ledger;
  services: Services;
  claimChecks: ClaimCheckStore;
  /** URLs of the only queues that outcomes may be sent to. */
  replyDestinations: readonly string[];
  /** Where results go that are too large for a reply: those who read them may read nothing else. */
  replyClaimChecks: ClaimCheckStore;
  sqs: SqsClients;
  ssm: SSMClient;
  pausedTasksParameter: string;
  takePermits: TakePermits;
  agent: EcsAgent;
  service: OwnService;
  /** Attempts at once over all tasks. */
  slots: number;
  stopTimeoutSeconds: number;
  /** What has to be done before the first message, such as migrations; it is protected from scale-in. */
  prepare(): Promise<void>;
  timings: Timings;
  log: Logger;
  /** Takes a line of embedded metrics. */
  write(line: string): void;
}

/** So long a slot may stay empty for others to come free, so that one request fills them all. */
const gatherSlotsMs = 5;

/** A worker at work. */
export interface Worker {
  /** What it has in its hands. */
  readonly deliveries: ReadonlySet<Delivery>;
  /**
   * Drains it. What does not end within the grace is handed back; if the worker is broken, it is left without a word, for
   * it may be what broke it.
   */
  stop(broken?: WorkerBroken): Promise<void>;
}

/** Starts to receive. Throws what `prepare` throws. */
export async function startWorker(parts: WorkerParts): Promise<Worker> {
  const { queues, ledger, timings, log } = parts;
  const { longestBackoffSeconds } = timings;
  const sqs = parts.sqs.settling;
  const settlingSqs = createSqsCalls(sqs);
  const leaving = new AbortController();
  const handling = new Set<Promise<void>>();

  const loops = watchLoops();
  const starting = loops.loop('starting', { limitSeconds: timings.startStallSeconds });
  const claiming = loops.loop('claiming', { limitSeconds: timings.stallSeconds });
  const settling = loops.loop('settling', { limitSeconds: timings.stallSeconds });

  const gate = createGate();
  const keepAlive = startKeepAlive({
    ledger,
    sqs: settlingSqs,
    timings,
    loops,
    log,
    onEmpty: () => protection.emptied(),
  });
  const { deliveries } = keepAlive;
  const health = await tellHealth(parts, { loops, deliveries, everySeconds: timings.heartbeatSeconds, log });
  const rotation = createRotation({ ...parts, deliveries });
  const protection = protectWhileBusy({ agent: parts.agent, gate, keepAlive, rotation, timings, log });
  await starting.step(async () => {
    await protection.take();
    await outlast(parts.prepare, { seconds: timings.startOutageSeconds, longestBackoffSeconds, log });
  });

  const metrics = startMetrics({ ...parts, deliveries });
  const sender = createSender({ ...parts, sqs });
  const calls = createSettlingCalls({ sqs: settlingSqs, loop: settling, longestBackoffSeconds });
  const { settle, hide } = createSettling({
    ledger,
    deadLetters: createDeadLetters({ ...parts, worker: parts.name, sqs }),
    sender,
    replies: createReplies({ ...parts, sqs, claimChecks: parts.replyClaimChecks }),
    keepAlive,
    calls,
    metrics,
    timings,
    loop: settling,
    leaving: leaving.signal,
  });
  const suspects = createSuspects();
  const ledgerWatch = watchLedger({ ledger, gate, longestBackoffSeconds, log });
  const pausedTasks = followPausedTasks({
    ssm: parts.ssm,
    parameter: parts.pausedTasksParameter,
    tasks: queues.map(({ task }) => task.name),
    gate,
    everySeconds: timings.pausedTasksSeconds,
    log,
  });
  await starting.step(pausedTasks.refresh);

  const rateLimits = createRateLimits(
    queues.map(({ task }) => task),
    parts.takePermits,
  );

  const handle = async (delivery: Delivery) => {
    keepAlive.add(delivery);
    try {
      const { name } = delivery.queue.task;
      const mayWork = gate.isOpen(name) && (await protection.take());
      if (!mayWork) return await hide(delivery, 0);
      const turn = await rateLimits.turn(name);
      if (turn.is === 'later') return await hide(delivery, turn.inSeconds);
      const outcome = await attempt(delivery, {
        ...parts,
        worker: parts.name,
        sender,
        metrics,
        claiming,
        suspects,
      });
      delivery.log.info(
        { outcome: outcome.is, ...('error' in outcome && { err: outcome.error }) },
        'attempted',
      );
      await settle(delivery, outcome);
    } catch (error) {
      if (error instanceof LedgerUnreachable) ledgerWatch.unreachable(error);
      delivery.log.error({ err: error }, 'could not handle a message; it comes again');
      await hide(delivery, timings.outageSeconds);
    }
  };

  const receiving = receive({
    queues,
    slots: createSlots({
      perWorker: parts.slots,
      perTask: new Map(queues.map(({ task }) => [task.name, task])),
      gatherMs: gatherSlotsMs,
    }),
    gate: bothGates(gate, rateLimits.gate),
    mostAtOnce: rateLimits.mostAtOnce,
    sqs: createSqsCalls(parts.sqs.polling),
    timings,
    loops,
    log,
    onDelivery: (delivery) => {
      const handled = handle(delivery).finally(() => handling.delete(handled));
      handling.add(handled);
      return handled;
    },
  });
  void receiving.askedAll.then(() => protection.started());
  log.info({ tasks: queues.map(({ task }) => task.name), slots: parts.slots }, 'receiving');

  return {
    deliveries,
    stop: async (broken) => {
      gate.close('stopping');
      rateLimits.stop();
      ledgerWatch.stop();
      pausedTasks.stop();
      await drain({
        receiving,
        keepAlive,
        calls,
        handling,
        reason: broken ?? new WorkerStopping('its worker had to stop'),
        leaving,
        graceSeconds: Math.max(0, parts.stopTimeoutSeconds - timings.stopMarginSeconds),
        handBackSeconds: timings.tidyUpSeconds + 1,
        log,
      });
      keepAlive.stop();
      protection.stop();
      metrics.stop();
      await health.stop();
    },
  };
}
