import { startProcess } from '../measuring/ask.ts';
import type { ContenderQuestions, ContenderSettings } from './contender.ts';
import type { Endpoint } from './measure.ts';

/** A worker's heap, after a garbage collection, and its resident memory. */
export interface MemoryAfter {
  messages: number;
  heapBytes: number;
  residentBytes: number;
}

/** Has one worker handle so many messages, and looks at its memory each time that many are done. */
export async function measureMemory(
  endpoint: Endpoint,
  { inFlight, after }: { inFlight: number; after: readonly number[] },
): Promise<MemoryAfter[]> {
  const queue = await endpoint.ask('makeQueue');
  const argument: ContenderSettings = { endpoint: await endpoint.ask('url'), queue, inFlight };
  const worker = startProcess<ContenderQuestions>(new URL('./run-slackwater.ts', import.meta.url), {
    argument,
    nodeFlags: ['--expose-gc'],
  });
  const seen: MemoryAfter[] = [];
  let handled = 0;
  for (const messages of after) {
    const count = messages - handled;
    const passage = endpoint.ask('watch', { queue, until: messages });
    await endpoint.ask('fill', { queue, load: 'no-op', seed: 'memory', count });
    await passage;
    handled = messages;
    seen.push({ messages, ...(await worker.ask('heap')) });
  }
  await worker.end();
  await endpoint.ask('removeQueue', queue);
  return seen;
}
