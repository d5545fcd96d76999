import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { judge } from './judge.ts';
import { makePlan, type Plan } from './make-plan.ts';
import { countMessages, type Observation, observe } from './observe.ts';
import { describeOutcome, type FaultOutcome } from './outcome.ts';
import { playEvents } from './play-events.ts';
import { type Sent, sendPlan } from './send-plan.ts';
import { startWorld, type World } from './start-world.ts';

const lookEveryMs = 500;
const tellEveryMs = 5000;
/** Nothing at all has happened for so long: it never will. */
const stuckAfterMs = 180_000;

/**
 * Plays a plan and says what became of it. The folder with logs, messages and rows stays if a promise was broken. Throws
 * the reason of an abort, once everything is stopped.
 */
export async function runFaults(options: {
  messages: number;
  seed: string;
  workers: number;
  keep: boolean;
  signal: AbortSignal;
  say(sentence: string): void;
}): Promise<FaultOutcome> {
  const { seed, say } = options;
  const startedAt = Date.now();
  const directory = await mkdtemp(path.join(tmpdir(), 'slackwater-faults-'));
  say(`logs, messages and rows: ${directory}`);
  let isWorthKeeping = options.keep;
  try {
    const plan = makePlan(options);
    const { observation, sqs } = await play(plan, { ...options, directory });
    const findings = judge(observation);
    const seconds = (Date.now() - startedAt) / 1000;
    const outcome = describeOutcome({ observation, findings, plan, sqs, seed, seconds, directory });
    isWorthKeeping ||= !outcome.ok;
    return outcome;
  } finally {
    if (!isWorthKeeping) await rm(directory, { recursive: true });
  }
}

/** Plays the plan from nothing to the end of the last worker, and looks at what there is then. */
async function play(
  plan: Plan,
  options: {
    directory: string;
    seed: string;
    workers: number;
    signal: AbortSignal;
    say(sentence: string): void;
  },
): Promise<{ observation: Observation; sqs: FaultOutcome['sqs'] }> {
  const { say, signal } = options;
  await using world = await startWorld(options);
  const { client, sqs, sqsFaults, cloud, crew, pool, mailbox } = world;
  const sent: Sent[] = [];
  const sending = { isOver: false };
  const sends = sendPlan({
    ...{ messages: plan.messages, client, sqs, queues: cloud.queues },
    onSent: (one) => sent.push(one),
  }).then(() => {
    sending.isOver = true;
    say('everything is sent and accepted');
  });
  const aborted = once(signal, 'abort').then(() => signal.throwIfAborted());
  await Promise.race([aborted, Promise.all([sends, goOnUntilRest({ world, plan, sent, sending, say })])]);
  await crew.end();
  say('the workers have been stopped; looking at what there is');
  const observation = await observe({
    ...{ pool, sent, queues: cloud.queues },
    ...{ sqs: cloud.sqs, posts: mailbox.posts, exits: crew.exits },
  });
  return { observation, sqs: { calls: sqsFaults.calls(), faults: { ...sqsFaults.counts } } };
}

/** Does what is planned as the runs end, until nothing is left to do and nothing moves. */
async function goOnUntilRest(parts: {
  world: World;
  plan: Plan;
  sent: readonly Sent[];
  sending: { readonly isOver: boolean };
  say(sentence: string): void;
}): Promise<void> {
  const { world, plan, sent, sending, say } = parts;
  const events = playEvents(plan.events, world, say);
  let progress = { ended: 0, open: 0, attempts: 0, left: 0 };
  let movedAt = Date.now();
  let toldAt = 0;
  let restedFor = 0;
  while (restedFor < 2) {
    await sleep(lookEveryMs);
    const now = await look(world).catch(() => progress);
    if (JSON.stringify(now) !== JSON.stringify(progress)) movedAt = Date.now();
    progress = now;
    if (Date.now() - toldAt > tellEveryMs) {
      toldAt = Date.now();
      say(`${sent.length} sent, ${now.ended} runs ended, ${now.left} messages on the queues`);
    }
    const isEmpty = sending.isOver && now.left === 0 && now.open === 0;
    await events.upTo(isEmpty ? 1 : now.ended / plan.messages.length);
    restedFor = isEmpty && events.left() === 0 ? restedFor + 1 : 0;
    if (Date.now() - movedAt > stuckAfterMs) return say('nothing has moved for three minutes: giving up');
  }
}

async function look({ pool, cloud }: World) {
  const { rows } = await pool.query<{ ended: number; open: number; attempts: number }>(
    `SELECT count(*) FILTER (WHERE state IN ('done', 'dead', 'cancelled'))::int AS ended,
       count(*) FILTER (WHERE state IN ('open', 'running'))::int AS open,
       coalesce(sum(token), 0)::int AS attempts
     FROM run`,
  );
  const counts = await Promise.all(
    Object.values(cloud.queues).map(({ url }) => countMessages(cloud.sqs, url)),
  );
  return {
    ...(rows[0] ?? { ended: 0, open: 0, attempts: 0 }),
    left: counts.reduce((sum, count) => sum + count, 0),
  };
}
