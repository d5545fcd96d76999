import type { Task } from '../tasks/define-task.ts';
import type { Handler } from '../tasks/handle.ts';

/** The handlers of a catalogue, by task name. */
export type Handlers = ReadonlyMap<string, Handler>;

/**
 * Loads `tasks/<task>/handler.ts` of every task. Throws one Error that names every handler that is missing, does not
 * load, or is another task's.
 */
export async function loadHandlers(
  tasks: readonly Task[],
  load: (task: string) => Promise<unknown> = loadModule,
): Promise<Handlers> {
  const handlers = new Map<string, Handler>();
  const problems: string[] = [];
  for (const task of tasks) {
    const file = `tasks/${task.name}/handler.ts`;
    try {
      const handler = ((await load(task.name)) as { default?: Handler }).default;
      if (typeof handler?.work !== 'function')
        throw new Error('it must export by default what handle() returns');
      if (handler.task !== task) throw new Error(`it handles ${JSON.stringify(handler.task?.name)}`);
      handlers.set(task.name, handler);
    } catch (error) {
      problems.push(`${file}: ${(error as Error).message}`);
    }
  }
  if (problems.length > 0)
    throw new Error(`Tasks without a handler cannot be served: ${problems.join('; ')}`);
  return handlers;
}

/** The bundler turns this into a table of every handler there is. */
function loadModule(task: string): Promise<unknown> {
  return import(`../tasks/${task}/handler.ts`);
}
