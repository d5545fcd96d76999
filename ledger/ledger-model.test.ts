import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { delivery, type LedgerTrial, tryLedger } from '../test/ledger-trial.ts';
import type { Claim, ClaimRequest, Lease, Settled } from './ledger.ts';

let trial: LedgerTrial;
beforeAll(async () => {
  trial = await tryLedger();
});
afterAll(() => trial.drop());

/** What a run should be, in the plainest words. */
interface Model {
  state: 'unknown' | 'open' | 'running' | 'done' | 'dead' | 'cancelled';
  token: number;
  attempts: number;
  earlierAttempts: number;
  vanished: number;
  seen: Set<string>;
  leaseIsOver: boolean;
  isWaiting: boolean;
  /** How often the work was brought to its end. */
  completions: number;
}

interface World {
  message: ClaimRequest;
  model: Model;
}

type Step = (world: World) => Promise<void>;

function expectedClaim(
  model: Model,
  { sqsMessageId, leaveSuspects }: Pick<ClaimRequest, 'sqsMessageId' | 'leaveSuspects'>,
): Partial<Claim> {
  const take = (redriven: boolean): Partial<Claim> => {
    if (redriven)
      Object.assign(model, { earlierAttempts: model.earlierAttempts + model.attempts, attempts: 0 });
    Object.assign(model, { state: 'running', leaseIsOver: false, isWaiting: false });
    if (redriven) model.vanished = 0;
    model.token += 1;
    model.attempts += 1;
    model.seen.add(sqsMessageId);
    return { outcome: 'claimed', attempt: model.attempts, redriven };
  };
  const takeUnlessSuspect = (): Partial<Claim> => {
    if (model.vanished === 0 || !leaveSuspects) return take(false);
    Object.assign(model, { state: 'open', isWaiting: false });
    return { outcome: 'suspect' };
  };
  switch (model.state) {
    case 'done':
    case 'cancelled':
      return { outcome: model.state };
    case 'dead':
      return model.seen.has(sqsMessageId) ? { outcome: 'dead' } : take(true);
    case 'unknown':
      return take(false);
    case 'open':
      model.seen.add(sqsMessageId);
      return model.isWaiting ? { outcome: 'waiting' } : takeUnlessSuspect();
    case 'running':
      model.seen.add(sqsMessageId);
      if (!model.leaseIsOver) return { outcome: 'held' };
      model.vanished += 1;
      if (model.vanished < 3) return takeUnlessSuspect();
      model.state = 'dead';
      return { outcome: 'dead' };
  }
}

const deliver =
  (delivered: Pick<ClaimRequest, 'sqsMessageId' | 'leaveSuspects'>): Step =>
  async ({ message, model }) => {
    const claim = await trial.ledger.claim({ ...message, ...delivered });
    expect(claim).toMatchObject(expectedClaim(model, delivered));
    if (claim.outcome === 'claimed') expect(claim.lease.token).toBe(model.token);
  };

/** Settles with the newest lease or with one that a later claim has overtaken. */
const settle =
  (age: number, call: (lease: Lease) => Promise<Settled>, change: (model: Model) => Partial<Model>): Step =>
  async ({ message, model }) => {
    const token = Math.max(0, model.token - age);
    const stands = model.state === 'running' && age === 0;
    expect((await call({ runId: message.runId, token })).settled).toBe(stands);
    if (stands) Object.assign(model, { leaseIsOver: false }, change(model));
  };

const delays = (delaySeconds: number) => ({ state: 'open', isWaiting: delaySeconds > 0 }) as const;
const finish = (model: Model) => ({ state: 'done', completions: model.completions + 1 }) as const;
const error = { name: 'Error', message: 'no luck' };

const completeWith = async (lease: Lease): Promise<Settled> => {
  try {
    return (await trial.ledger.completeWith(lease, async () => 'result')).settled;
  } catch (thrown) {
    expect(thrown).toMatchObject({ name: 'LeaseLost' });
    return { settled: false };
  }
};

const cancel: Step = async ({ message, model }) => {
  const hasEnded = model.state === 'done' || model.state === 'dead';
  expect(await trial.ledger.cancel(message.runId)).toBe(hasEnded ? 'already-ended' : 'cancelled');
  if (!hasEnded) model.state = 'cancelled';
};

const vanish: Step = async ({ message, model }) => {
  await trial.loseWorker(message.runId);
  model.leaseIsOver = true;
};

const makeDue: Step = async ({ message, model }) => {
  await trial.makeDue(message.runId);
  model.isWaiting = false;
};

const renew =
  (age: number): Step =>
  async ({ message, model }) => {
    const { runId } = message;
    const token = Math.max(0, model.token - age);
    const isNewest = token === model.token && model.state !== 'unknown';
    const answer =
      isNewest && (model.state === 'running' ? 'renewed' : model.state === 'cancelled' && 'cancelled');
    expect((await trial.ledger.renew([{ runId, token }], 60)).get(runId)).toBe(answer || 'lost');
    if (answer === 'renewed') model.leaseIsOver = false;
  };

const age = fc.constantFrom(0, 0, 0, 1);
const delay = fc.constantFrom(0, 600);
const step: fc.Arbitrary<[string, Step]> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({ sqsMessageId: fc.constantFrom('m-1', 'm-1', 'm-2', 'm-3'), leaveSuspects: fc.boolean() })
      .map((delivered): [string, Step] => [`deliver ${JSON.stringify(delivered)}`, deliver(delivered)]),
  },
  { weight: 3, arbitrary: fc.constant<[string, Step]>(['vanish', vanish]) },
  { weight: 2, arbitrary: fc.constant<[string, Step]>(['make due', makeDue]) },
  { weight: 1, arbitrary: fc.constant<[string, Step]>(['cancel', cancel]) },
  { weight: 1, arbitrary: age.map((one): [string, Step] => [`renew ${one}`, renew(one)]) },
  {
    weight: 1,
    arbitrary: age.map((one): [string, Step] => [
      `complete ${one}`,
      settle(one, (lease) => trial.ledger.complete(lease, 'result'), finish),
    ]),
  },
  {
    weight: 1,
    arbitrary: age.map((one): [string, Step] => [`complete with ${one}`, settle(one, completeWith, finish)]),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(age, delay).map(([one, delaySeconds]): [string, Step] => [
      `retry ${one} ${delaySeconds}`,
      settle(
        one,
        (lease) => trial.ledger.retry(lease, { error, delaySeconds }),
        () => delays(delaySeconds),
      ),
    ]),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(age, delay).map(([one, delaySeconds]): [string, Step] => [
      `give back ${one} ${delaySeconds}`,
      settle(
        one,
        (lease) => trial.ledger.giveBack(lease, { reason: 'SIGTERM', delaySeconds }),
        ({ attempts }) => ({ ...delays(delaySeconds), attempts: attempts - 1 }),
      ),
    ]),
  },
  {
    weight: 2,
    arbitrary: age.map((one): [string, Step] => [
      `die ${one}`,
      settle(
        one,
        (lease) => trial.ledger.die(lease, { reason: 'no use' }),
        () => ({ state: 'dead' }),
      ),
    ]),
  },
);

test('a run does what a plain model of it does, whatever happens in whatever order', async () => {
  const parent = await trial.lease(delivery());
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 30 }),
      fc.boolean(),
      async (steps, isChild) => {
        const message = delivery();
        const model: Model = {
          state: isChild ? 'open' : 'unknown',
          token: 0,
          attempts: 0,
          earlierAttempts: 0,
          vanished: 0,
          seen: new Set(),
          leaseIsOver: false,
          isWaiting: false,
          completions: 0,
        };
        if (isChild) await trial.ledger.addChildren(parent, [message]);
        for (const [, act] of steps) await act({ message, model });

        const status = await trial.ledger.status(message.runId);
        expect(status.state).toBe(model.state);
        expect(status.attempts ?? 0).toBe(model.attempts + model.earlierAttempts);
        expect(model.completions).toBeLessThanOrEqual(1);
        const attempts = await trial.attempts(message.runId);
        expect(attempts.map(({ number }) => number)).toEqual(
          Array.from({ length: model.token }, (_, at) => at + 1),
        );
        const open = attempts.filter(({ outcome }) => outcome === null);
        expect(open.map(({ number }) => number)).toEqual(model.state === 'running' ? [model.token] : []);
      },
    ),
    { numRuns: 150 },
  );
  await expectTrueCounts(parent.runId);
});

/** The parent's counts, kept by every step above, are what counting the children gives. */
async function expectTrueCounts(parentRunId: string): Promise<void> {
  const { rows } = await trial.pool.query(
    `SELECT count(*) FILTER (WHERE state IN ('open', 'running'))::int AS waiting,
       count(*) FILTER (WHERE state = 'done')::int AS done,
       count(*) FILTER (WHERE state = 'dead')::int AS dead,
       count(*) FILTER (WHERE state = 'cancelled')::int AS cancelled
     FROM run WHERE parent_run_id = $1`,
    [parentRunId],
  );
  expect((await trial.ledger.status(parentRunId)).children).toEqual(rows[0]);
}

test('many deliveries, crashes and settles at once bring a run to one end', async () => {
  for (let round = 0; round < 15; round += 1) {
    const message = delivery();
    let completions = 0;
    const worker = async (name: string) => {
      for (let tries = 0; tries < 6; tries += 1) {
        const claim = await trial.ledger.claim({ ...message, worker: name, sqsMessageId: name });
        if (claim.outcome !== 'claimed') continue;
        if (tries % 2 === 0) {
          // Dies without a word, and whoever comes next takes over; but no run that another one has now.
          await trial.pool.query(
            'UPDATE run SET lease_until = clock_timestamp() WHERE run_id = $1 AND token = $2',
            [claim.runId, claim.lease.token],
          );
        }
        if ((await completeWith(claim.lease)).settled) completions += 1;
      }
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(worker));
    const { state } = await trial.ledger.status(message.runId);
    expect(['done', 'dead']).toContain(state);
    expect(completions).toBe(state === 'done' ? 1 : 0);
  }
});
