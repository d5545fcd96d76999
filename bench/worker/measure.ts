import { type Answering, startProcess } from '../measuring/ask.ts';
import type { ContenderQuestions, ContenderSettings } from './contender.ts';
import type { EndpointQuestions } from './endpoint.ts';

/** The endpoint's process. */
export type Endpoint = Answering<EndpointQuestions>;

/** What one run of one contender came to. */
export interface Run {
  messagesPerSecond: number;
  callsPerMessage: number;
  /** Of the contender's process alone. */
  cpuMicrosecondsPerMessage: number;
}

/** How much is measured. */
export interface Amounts {
  /** Handled before the measurement begins. */
  warmUp: number;
  count: number;
  /** Left on the queue when it ends. */
  waiting: number;
}

/** Lets a contender work through messages of a load, in a process of its own on a queue of its own. */
export async function measure(
  endpoint: Endpoint,
  options: {
    module: string;
    settings: Omit<ContenderSettings, 'endpoint' | 'queue'>;
    load: string;
    seed: string;
    amounts: Amounts;
  },
): Promise<Run> {
  const { module, settings, load, seed, amounts } = options;
  const { warmUp, count, waiting } = amounts;
  const queue = await endpoint.ask('makeQueue');
  await endpoint.ask('fill', { queue, load, seed, count: warmUp + count + waiting });
  const warm = endpoint.ask('watch', { queue, until: warmUp });
  const argument: ContenderSettings = { ...settings, queue, endpoint: await endpoint.ask('url') };
  const contender = startProcess<ContenderQuestions>(new URL(module, import.meta.url), { argument });
  await warm;
  const cpuBefore = await contender.ask('cpu');
  const { messages, seconds, calls } = await endpoint.ask('watch', { queue, until: warmUp + count });
  if (messages < count / 2)
    throw new Error(`${module} was done before it was looked at: take a larger --count`);
  const cpu = (await contender.ask('cpu')) - cpuBefore;
  await contender.end();
  await endpoint.ask('removeQueue', queue);
  const made = Object.values(calls).reduce((sum, times) => sum + times, 0);
  return {
    messagesPerSecond: messages / seconds,
    callsPerMessage: made / messages,
    cpuMicrosecondsPerMessage: cpu / messages,
  };
}
