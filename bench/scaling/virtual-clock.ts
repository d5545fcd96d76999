import type { Clock } from '../../local/clock.ts';

/** A clock that jumps from event to event: hours pass in milliseconds, and always in the same order. */
export interface VirtualClock extends Clock {
  /** As `after`, for what is never cancelled. */
  schedule(delayMs: number, run: () => void): void;
  /** Runs every event up to and including this moment, in order of time, then of scheduling. */
  runUntil(endMs: number): void;
}

interface Event {
  at: number;
  order: number;
  run: () => void;
}

const nothing = () => {};

/** Starts at 0 with no events. */
export function createVirtualClock(): VirtualClock {
  const heap: Event[] = [];
  let nowMs = 0;
  let scheduled = 0;

  const schedule = (delayMs: number, run: () => void): Event => {
    scheduled += 1;
    const event = { at: nowMs + Math.max(0, delayMs), order: scheduled, run };
    push(heap, event);
    return event;
  };

  return {
    speed: 1,
    now: () => nowMs,
    schedule,
    after: (delayMs, callback) => {
      const event = schedule(delayMs, callback);
      return () => {
        event.run = nothing;
      };
    },
    runUntil: (endMs) => {
      for (let first = heap[0]; first && first.at <= endMs; first = heap[0]) {
        pop(heap);
        nowMs = first.at;
        first.run();
      }
      nowMs = Math.max(nowMs, endMs);
    },
  };
}

function isBefore(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

function push(heap: Event[], event: Event): void {
  let index = heap.length;
  heap.push(event);
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex];
    if (!parent || !isBefore(event, parent)) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = event;
}

/** Takes the first event out; the heap must not be empty. */
function pop(heap: Event[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const leftChild = heap[left];
    const rightChild = heap[left + 1];
    if (!leftChild) break;
    const child = rightChild && isBefore(rightChild, leftChild) ? rightChild : leftChild;
    if (!isBefore(child, last)) break;
    heap[index] = child;
    index = child === rightChild ? left + 1 : left;
  }
  heap[index] = last;
}
