import type { Finding } from './finding.ts';
import { kinds } from './message-kinds.ts';
import type { Observation } from './observe.ts';

/** Whether workers left as they were told to, and none went by itself but where a message killed it. */
export function checkWorkers({ exits, sent, runs, attempts }: Observation): Finding[] {
  const stopped = exits.filter(({ told }) => told === 'stop');
  const byThemselves = exits.filter(({ told }) => told === undefined);
  const poison = new Set(sent.filter(({ message }) => message.kind === 'kill').map(({ runId }) => runId));
  const poisoned = attempts.filter(({ runId }) => poison.has(runId)).length;
  const killed = byThemselves.filter(({ how }) => how === 'SIGKILL');
  return [
    {
      check: 'every worker that was told to stop left with exit code 0 within its time',
      breaches: stopped
        .filter(({ how }) => how !== 0)
        .map(({ pid, how }) => `worker ${pid} left with ${how}`),
      note: `${stopped.length} workers`,
    },
    {
      check: 'no worker went by itself but those that a message killed',
      breaches: [
        ...byThemselves
          .filter(({ how }) => how !== 'SIGKILL')
          .map(({ pid, how }) => `worker ${pid} left with ${how}`),
        ...(killed.length > poisoned ? [`${killed.length} were killed by ${poisoned} attempts`] : []),
      ],
      note: `${killed.length} were killed by ${poison.size} messages (${kinds.kill.title}), ${runs.length} runs went on`,
    },
  ];
}
