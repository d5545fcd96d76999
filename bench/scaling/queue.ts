/** A queue as its consumers and its counters see it: first in, first out. */
export interface Queue {
  readonly waiting: number;
  readonly inFlight: number;
  put(message: number): void;
  /** Back to where it is taken next: a message that was handed back is the oldest there is. */
  putBack(message: number): void;
  take(): number | undefined;
  /** The attempt at a taken message is over. */
  remove(): void;
  /** What waited and was in flight this long ago, to the second. Remembers two minutes. */
  countsAgo(ageMs: number): { waiting: number; inFlight: number };
}

interface Counts {
  second: number;
  waiting: number;
  inFlight: number;
}

const rememberedSeconds = 120;
/** Taken messages that are kept before their room is freed. */
const trimAfter = 100_000;

/** Starts empty. */
export function createQueue(clock: { now(): number }): Queue {
  const messages: number[] = [];
  const returned: number[] = [];
  let first = 0;
  let inFlight = 0;
  let history: Counts[] = [{ second: -1, waiting: 0, inFlight: 0 }];

  const waiting = () => messages.length - first + returned.length;
  const remember = () => {
    const second = Math.floor(clock.now() / 1000);
    const newest = history.at(-1);
    if (newest?.second === second) {
      newest.waiting = waiting();
      newest.inFlight = inFlight;
      return;
    }
    history.push({ second, waiting: waiting(), inFlight });
    if (history.length > 4 * rememberedSeconds) history = history.slice(-rememberedSeconds);
  };

  return {
    get waiting() {
      return waiting();
    },
    get inFlight() {
      return inFlight;
    },
    put: (message) => {
      messages.push(message);
      remember();
    },
    putBack: (message) => {
      returned.push(message);
      inFlight -= 1;
      remember();
    },
    take: () => {
      const message = returned.shift() ?? messages[first];
      if (message === undefined) return undefined;
      if (message === messages[first]) first += 1;
      if (first === trimAfter) {
        messages.splice(0, first);
        first = 0;
      }
      inFlight += 1;
      remember();
      return message;
    },
    remove: () => {
      inFlight -= 1;
      remember();
    },
    countsAgo: (ageMs) => {
      const second = Math.floor((clock.now() - ageMs) / 1000);
      const counts = history.findLast((one) => one.second <= second) ?? history[0];
      return { waiting: counts?.waiting ?? 0, inFlight: counts?.inFlight ?? 0 };
    },
  };
}
