import { faultTimings } from './fault-timings.ts';
import type { PlannedEvent } from './make-plan.ts';
import type { World } from './start-world.ts';

/** What was done to workers and database. */
export interface EventPlayer {
  /** Does what is due at this share of ended runs; answers when the database, if it was taken away, is back. */
  upTo(share: number): Promise<void>;
  /** How many are yet to come. */
  left(): number;
}

/** Does what the plan says, each once. */
export function playEvents(
  events: readonly PlannedEvent[],
  { crew, database }: Pick<World, 'crew' | 'database'>,
  say: (sentence: string) => void,
): EventPlayer {
  const left = [...events];

  const play = async ({ what, luck }: PlannedEvent): Promise<string> => {
    switch (what) {
      case 'kill':
        return `SIGKILL to worker ${crew.kill(luck)}`;
      case 'stop':
        return `SIGTERM to worker ${crew.stop(luck)}`;
      case 'pause': {
        // Longer than lease and visibility last, so that somebody else has its messages when it goes on.
        const milliseconds = faultTimings.leaseSeconds * 1000 * (1.3 + luck / 2);
        return `SIGSTOP to worker ${crew.pause(luck, milliseconds)} for ${(milliseconds / 1000).toFixed(1)} s`;
      }
      case 'restart-database':
      case 'crash-database': {
        const awayMs = 1000 + luck * 2000;
        const how = what === 'crash-database' ? 'crash' : 'stop';
        say(how === 'crash' ? 'the database crashes' : 'the database stops');
        await database.restart(how, awayMs);
        return `the database is back after ${(awayMs / 1000).toFixed(1)} s and its start`;
      }
    }
  };

  return {
    left: () => left.length,
    upTo: async (share) => {
      for (let next = left[0]; next && next.at <= share; next = left[0]) {
        left.shift();
        say(await play(next));
      }
    },
  };
}
