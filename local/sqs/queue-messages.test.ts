import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { QueuedMessage } from './message.ts';
import { type MessageListener, QueueMessages } from './queue-messages.ts';

const silent: MessageListener = {
  put: () => undefined,
  change: () => undefined,
  remove: () => undefined,
  removeAll: () => undefined,
};
const hourMilliseconds = 3_600_000;

function message(id: string, sentAt: number, visibleAt = sentAt): QueuedMessage {
  return { id, body: id, bodyMd5: '', attributes: {}, sentAt, visibleAt, receiveCount: 0 };
}

function receive(
  queue: QueueMessages,
  now: number,
  options: { limit?: number; visibilityMilliseconds?: number } = {},
) {
  return queue.receive({
    now,
    limit: 10,
    visibilityMilliseconds: 1000,
    maximumReceives: Number.POSITIVE_INFINITY,
    giveUp: () => undefined,
    ...options,
  });
}

describe('the messages of a queue', () => {
  test('are delayed, visible, in flight and visible again as time goes by, without anybody asking', () => {
    const queue = new QueueMessages(silent, hourMilliseconds);
    queue.add(message('a', 0, 500), 0);
    expect(queue.counts(499)).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
    expect(queue.counts(500)).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    expect(receive(queue, 600).map(({ id }) => id)).toEqual(['a']);
    expect(queue.counts(1599)).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
    expect(queue.counts(1600)).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
  });

  test('are forgotten when their retention is over, also in flight', () => {
    const queue = new QueueMessages(silent, 60_000);
    queue.add(message('waits', 0), 0);
    queue.add(message('works', 0), 0);
    receive(queue, 10, { limit: 1, visibilityMilliseconds: hourMilliseconds });
    expect(queue.counts(59_999)).toEqual({ visible: 1, inFlight: 1, delayed: 0 });
    expect(queue.counts(60_000)).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect([...queue.all()]).toEqual([]);
  });

  test('stay visible when they are received with no time to hide, but come once in a receive', () => {
    const queue = new QueueMessages(silent, hourMilliseconds);
    queue.add(message('a', 0), 0);
    expect(receive(queue, 1, { visibilityMilliseconds: 0 })).toHaveLength(1);
    expect(queue.counts(1).visible).toBe(1);
  });

  test('that come back stand behind those that have waited longer', () => {
    const queue = new QueueMessages(silent, hourMilliseconds);
    queue.add(message('first', 0), 0);
    queue.add(message('second', 1), 1);
    const [first] = receive(queue, 2, { limit: 1 });
    if (first) queue.showAt(first, 3, 3);
    expect(receive(queue, 4).map(({ id }) => id)).toEqual(['second', 'first']);
  });

  test('are taken off and given up when they were received too often', () => {
    const queue = new QueueMessages(silent, hourMilliseconds);
    const givenUp: string[] = [];
    const request = { limit: 10, visibilityMilliseconds: 0, maximumReceives: 2 };
    const giveUp = ({ id }: QueuedMessage) => givenUp.push(id);
    queue.add(message('a', 0), 0);
    expect(queue.receive({ ...request, now: 1, giveUp })).toHaveLength(1);
    expect(queue.receive({ ...request, now: 2, giveUp })).toHaveLength(1);
    expect(queue.receive({ ...request, now: 3, giveUp })).toHaveLength(0);
    expect(givenUp).toEqual(['a']);
    expect(queue.state('a', 3)).toBe('gone');
  });
});

const action = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), delay: fc.constantFrom(0, 0, 5, 50) }),
  fc.record({
    kind: fc.constant('receive' as const),
    limit: fc.integer({ min: 1, max: 10 }),
    visibility: fc.constantFrom(0, 3, 30),
  }),
  fc.record({
    kind: fc.constant('show' as const),
    pick: fc.nat(),
    inMilliseconds: fc.constantFrom(0, 7, 70),
  }),
  fc.record({ kind: fc.constant('remove' as const), pick: fc.nat() }),
  fc.record({ kind: fc.constant('wait' as const), milliseconds: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant('retain' as const), milliseconds: fc.constantFrom(60, 200) }),
  fc.record({ kind: fc.constant('purge' as const) }),
);

interface Modelled {
  id: string;
  sentAt: number;
  visibleAt: number;
  receives: number;
}

/** A queue that is right because it looks at every message every time. */
class Model {
  now = 0;
  retention = 100;
  messages: Modelled[] = [];

  living(): Modelled[] {
    this.messages = this.messages.filter(({ sentAt }) => sentAt + this.retention > this.now);
    return this.messages;
  }

  visible(): Modelled[] {
    return this.living().filter(({ visibleAt }) => visibleAt <= this.now);
  }

  counts() {
    const hidden = this.living().filter(({ visibleAt }) => visibleAt > this.now);
    return {
      visible: this.visible().length,
      inFlight: hidden.filter(({ receives }) => receives > 0).length,
      delayed: hidden.filter(({ receives }) => receives === 0).length,
    };
  }
}

test('a queue does under any operations at any time what a plain list would', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const model = new Model();
      const written = new Map<string, string>();
      const write = (one: QueuedMessage) => written.set(one.id, JSON.stringify(one));
      const listener: MessageListener = {
        put: write,
        change: write,
        remove: (id) => written.delete(id),
        removeAll: () => written.clear(),
      };
      const queue = new QueueMessages(listener, model.retention);
      const maximumReceives = 3;
      let sent = 0;
      for (const step of actions) {
        const { now } = model;
        switch (step.kind) {
          case 'add': {
            const id = String(sent++);
            queue.add(message(id, now, now + step.delay), now);
            model.messages.push({ id, sentAt: now, visibleAt: now + step.delay, receives: 0 });
            break;
          }
          case 'receive': {
            const before = model.visible();
            const givenUp: string[] = [];
            const received = queue.receive({
              now,
              limit: step.limit,
              visibilityMilliseconds: step.visibility,
              maximumReceives,
              giveUp: ({ id }) => givenUp.push(id),
            });
            const ids = received.map(({ id }) => id);
            const alive = before.filter(({ receives }) => receives < maximumReceives);
            expect(new Set(ids).size).toBe(ids.length);
            expect(ids).toHaveLength(Math.min(step.limit, alive.length));
            const oldest = before
              .map(({ visibleAt }) => visibleAt)
              .sort((a, b) => a - b)
              .slice(0, ids.length + givenUp.length);
            const taken = before.filter(({ id }) => ids.includes(id) || givenUp.includes(id));
            expect(taken.map(({ visibleAt }) => visibleAt).sort((a, b) => a - b)).toEqual(oldest);
            expect(givenUp.every((id) => before.some((one) => one.id === id && one.receives === 3))).toBe(
              true,
            );
            model.messages = model.messages.filter(({ id }) => !givenUp.includes(id));
            for (const one of model.messages) {
              if (!ids.includes(one.id)) continue;
              one.receives += 1;
              one.visibleAt = now + step.visibility;
            }
            break;
          }
          case 'show': {
            const one = model.living()[step.pick % Math.max(1, model.messages.length)];
            const queued = one && queue.get(one.id);
            if (!one || !queued || queue.state(one.id, now) !== 'in-flight') break;
            one.visibleAt = now + step.inMilliseconds;
            queue.showAt(queued, one.visibleAt, now);
            break;
          }
          case 'remove': {
            const one = model.living()[step.pick % Math.max(1, model.messages.length)];
            model.messages = model.messages.filter((other) => other !== one);
            if (one) queue.remove(one.id);
            break;
          }
          case 'wait':
            model.now += step.milliseconds;
            break;
          case 'retain':
            model.retention = step.milliseconds;
            queue.retentionMilliseconds = step.milliseconds;
            break;
          case 'purge':
            model.messages = [];
            queue.purge();
            break;
        }
        expect(queue.counts(model.now)).toEqual(model.counts());
        const hidden = model.living().filter(({ visibleAt }) => visibleAt > model.now);
        expect(queue.nextVisibleAt()).toBe(
          hidden.length > 0 ? Math.min(...hidden.map(({ visibleAt }) => visibleAt)) : undefined,
        );
        expect(new Map([...queue.all()].map((one) => [one.id, JSON.stringify(one)]))).toEqual(written);
      }
    }),
    { numRuns: 300 },
  );
});
