import type { Message } from '@aws-sdk/client-sqs';
import { type DeadLetter, deadLetterAttribute, deadLetterSchema } from '../../messages/dead-letter.ts';
import type { Finding } from './finding.ts';
import type { Observation } from './observe.ts';

/** Whether the queues agree with the ledger. */
export function checkQueues(seen: Observation): Finding[] {
  const letters = seen.deadLetters.map((message) => ({ message, letter: readLetter(message) }));
  return [nothingLeft(seen), lettersAreDeadRuns(seen, letters), invalidOnesTold(seen, letters)];
}

interface ReadLetter {
  message: Message;
  letter: DeadLetter | undefined;
}

function readLetter({ MessageAttributes }: Message): DeadLetter | undefined {
  try {
    return deadLetterSchema.parse(JSON.parse(MessageAttributes?.[deadLetterAttribute]?.StringValue ?? ''));
  } catch {
    return undefined;
  }
}

function nothingLeft({ left }: Observation): Finding {
  return {
    check: 'no message is left on a task’s queue, visible, hidden or delayed',
    breaches: Object.entries(left)
      .filter(([, count]) => count > 0)
      .map(([task, count]) => `${count} on the queue of ${task}`),
  };
}

/** A letter may lie there twice, and one of a run that was sent again under another SQS id may be done by now. */
function lettersAreDeadRuns({ runs }: Observation, letters: readonly ReadLetter[]): Finding {
  const byRun = Map.groupBy(letters, ({ letter }) => letter?.runId ?? 'nobody');
  const known = new Map(runs.map((run) => [run.runId, run]));
  const dead = runs.filter(({ state }) => state === 'dead');
  const unread = byRun.get('nobody') ?? [];
  byRun.delete('nobody');
  const strangers = [...byRun.keys()].filter((runId) => {
    const run = known.get(runId);
    return run?.state !== 'dead' && !(run && run.earlierAttempts > 0);
  });
  const reasonless = letters.filter(({ letter }) => letter?.reason === '');
  const again = letters.length - byRun.size;
  return {
    check: 'the dead letters, each run’s taken together, are the dead runs, and say why',
    breaches: [
      ...unread.map(({ message }) => `a dead letter without its reason: ${message.Body}`),
      ...reasonless.map(({ letter }) => `the dead letter of run ${letter?.runId} has an empty reason`),
      ...dead
        .filter(({ runId }) => !byRun.has(runId))
        .map(({ runId }) => `dead run ${runId} has no dead letter`),
      ...dead
        .filter(({ deadLetterSent }) => !deadLetterSent)
        .map(({ runId }) => `dead run ${runId}: the ledger does not know of its dead letter`),
      ...strangers.map(
        (runId) => `a dead letter of run ${runId}, which is ${known.get(runId)?.state ?? 'unknown'}`,
      ),
    ],
    note:
      `${letters.length} letters for ${dead.length} dead runs; ${again} are a run’s second or later, ` +
      `${byRun.size - dead.length} are of runs that came again and ended otherwise`,
  };
}

function invalidOnesTold({ sent }: Observation, letters: readonly ReadLetter[]): Finding {
  const bodies = new Set(letters.map(({ message }) => message.Body));
  const invalid = sent.filter(({ message }) => message.rawBody !== undefined);
  return {
    check: 'every message that nobody could understand is a dead letter, its body as it was sent',
    breaches: invalid
      .filter(({ message }) => !bodies.has(message.rawBody))
      .map(({ message }) => `${message.id}: ${message.rawBody}`),
    note: `${invalid.length} messages`,
  };
}
