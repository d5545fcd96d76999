import { UnreadableMessage } from './envelope.ts';

/** Far more than any task's input has, far less than makes a reader of JSON run out of stack. */
const mostLevels = 200;

/** Throws UnreadableMessage if arrays and objects lie so deep in each other that the ledger could not keep them. */
export function checkNesting(data: unknown): void {
  let level = [data];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > mostLevels) {
      throw new UnreadableMessage(`data is nested deeper than ${mostLevels} levels: send it flatter`);
    }
    level = level.filter((value) => typeof value === 'object' && value !== null).flatMap(Object.values);
  }
}
