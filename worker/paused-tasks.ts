import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Gate } from './gate.ts';

const pausedTasks = z.array(z.string());

/** Follows the parameter that names the paused tasks. */
export interface PausedTasks {
  /** Reads the parameter and closes or opens the gate for each task; keeps what it knew if it cannot be read. */
  refresh(): Promise<void>;
  stop(): void;
}

/** Keeps the gate closed for the tasks that an operator has paused. */
export function followPausedTasks(options: {
  ssm: SSMClient;
  parameter: string;
  tasks: readonly string[];
  gate: Gate;
  everySeconds: number;
  log: Logger;
}): PausedTasks {
  const { ssm, parameter, tasks, gate, everySeconds, log } = options;
  let known = '';

  const refresh = async () => {
    try {
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name: parameter }));
      const paused = pausedTasks.parse(JSON.parse(Parameter?.Value ?? ''));
      for (const task of tasks) (paused.includes(task) ? gate.close : gate.open)('paused', task);
      if (known !== paused.join()) log.info({ paused }, 'tasks are paused as the parameter says');
      known = paused.join();
    } catch (error) {
      log.warn(
        { err: error, parameter },
        'could not read which tasks are paused: it must be a JSON array of names',
      );
    }
  };

  const timer = setInterval(() => void refresh(), everySeconds * 1000);
  return { refresh, stop: () => clearInterval(timer) };
}
