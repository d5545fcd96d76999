import { LedgerUnreachable } from './ledger.ts';

/** How calls are gathered. */
export interface Batching<Request, Answer> {
  /** Answers a single request. */
  one(request: Request): Promise<Answer>;
  /** Answers some by one statement, which had better wait for no lock; what it leaves undefined is asked for by itself. */
  many(requests: readonly Request[]): Promise<readonly (Answer | undefined)[]>;
}

/** More would keep the first of them waiting for the last. */
const mostTogether = 100;

/**
 * Makes one statement of the calls that come while another is under way, as a database makes one write to the disk of
 * many commits: a call that comes alone goes at once. Where many fail together each is tried by itself, so that one bad
 * value spoils nobody else's call; that the ledger is out of reach is told to all.
 */
export function batched<Request, Answer>({
  one,
  many,
}: Batching<Request, Answer>): (request: Request) => Promise<Answer> {
  const waiting: Waiting<Request, Answer>[] = [];
  let isUnderWay = false;

  const sendWaiting = async () => {
    if (isUnderWay) return;
    isUnderWay = true;
    while (waiting.length > 0) await send(waiting.splice(0, mostTogether));
    isUnderWay = false;
  };

  const send = async (batch: Waiting<Request, Answer>[]) => {
    const answers = await answerTogether(batch);
    if (answers === undefined) return;
    batch.forEach(({ request, resolve, reject }, index) => {
      const answer = answers[index];
      if (answer !== undefined) resolve(answer);
      // Not waited for: it may wait for a lock, and must not keep the next batch waiting too.
      else one(request).then(resolve, reject);
    });
  };

  /** No answers if that failed; undefined if everybody has been told why. */
  const answerTogether = async (batch: Waiting<Request, Answer>[]) => {
    try {
      return await many(batch.map(({ request }) => request));
    } catch (error) {
      if (!(error instanceof LedgerUnreachable)) return [];
      for (const { reject } of batch) reject(error);
      return undefined;
    }
  };

  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      void sendWaiting();
    });
}

interface Waiting<Request, Answer> {
  request: Request;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}
