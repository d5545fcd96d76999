import { createRandom, type Random } from '../scaling/random.ts';

/** What the messages of a load ask their handler for. */
export interface Load {
  name: 'no-op' | 'ten-milliseconds' | 'tail';
  title: string;
  /** How many times the peer's throughput ours has to be at least. */
  goal: number;
  /** How long the next message's handler waits, in milliseconds; 0: it returns at once. */
  milliseconds(random: Random): number;
}

/** The loads of the benchmark. */
export const loads: readonly Load[] = [
  { name: 'no-op', title: 'handlers that do nothing', goal: 1.2, milliseconds: () => 0 },
  { name: 'ten-milliseconds', title: 'handlers of 10 ms', goal: 1, milliseconds: () => 10 },
  {
    name: 'tail',
    title: '1 handler in 10, at random, takes 200 ms, the others 1 ms',
    goal: 2.5,
    milliseconds: (random) => (random.index(10) === 0 ? 200 : 1),
  },
];

/** The load of that name. Throws an Error that names those there are. */
export function loadOf(name: string): Load {
  const load = loads.find((one) => one.name === name);
  if (load) return load;
  throw new Error(
    `No load is called ${JSON.stringify(name)}: take ${loads.map((one) => one.name).join(', ')}`,
  );
}

/** The waits of a load's messages, the same again for the same seed. */
export function* waitsOf(load: Load, seed: string): Generator<number> {
  const random = createRandom(`${seed}/${load.name}`);
  for (;;) yield load.milliseconds(random);
}
