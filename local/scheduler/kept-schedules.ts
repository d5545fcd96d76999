import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { scheduleSchema } from './schedule.ts';

/** A schedule that came over the API. */
const keptScheduleSchema = scheduleSchema.extend({
  arn: z.string(),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
  /** Of the request that made it: the same one again is the same request. */
  clientToken: z.string().optional(),
  /** It has sent its last. */
  isCompleted: z.boolean().default(false),
});
export type KeptSchedule = z.output<typeof keptScheduleSchema>;

/** Opens schedules that came over the API, by ARN, in a file. Throws if it cannot be read, since messages are in it. */
export function openKeptSchedules(path: string) {
  const known = new Map(read(path).map((schedule) => [schedule.arn, schedule]));
  const write = () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.new`, JSON.stringify([...known.values()]));
    renameSync(`${path}.new`, path);
  };
  return {
    all: () => [...known.values()],
    get: (arn: string) => known.get(arn),
    put: (schedule: KeptSchedule) => {
      known.set(schedule.arn, schedule);
      write();
    },
    /** Answers whether it was there. */
    remove: (arn: string) => {
      const wasThere = known.delete(arn);
      if (wasThere) write();
      return wasThere;
    },
  };
}

function read(path: string): KeptSchedule[] {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return z.array(keptScheduleSchema).parse(JSON.parse(content));
}
