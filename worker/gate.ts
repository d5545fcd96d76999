/** Whether messages may be received: they may unless somebody has closed the gate, for a task or for all. */
export interface Gate {
  close(reason: string, task?: string): void;
  /** Takes that reason away. */
  open(reason: string, task?: string): void;
  isOpen(task: string): boolean;
  /** Answers as soon as the gate is open for the task, or the signal is aborted. */
  opened(task: string, signal: AbortSignal): Promise<void>;
}

/** Open where both are. */
export function bothGates(one: Pick<Gate, 'isOpen' | 'opened'>, other: Pick<Gate, 'isOpen' | 'opened'>) {
  const isOpen = (task: string) => one.isOpen(task) && other.isOpen(task);
  return {
    isOpen,
    opened: async (task: string, signal: AbortSignal) => {
      while (!isOpen(task) && !signal.aborted) {
        await one.opened(task, signal);
        await other.opened(task, signal);
      }
    },
  };
}

/** An open gate. */
export function createGate(): Gate {
  const closed = new Map<string, { task: string | undefined }>();
  const waiting = new Set<() => void>();
  const key = (reason: string, task?: string) => JSON.stringify([reason, task]);
  const isOpen = (task: string) =>
    ![...closed.values()].some((one) => one.task === undefined || one.task === task);

  return {
    isOpen,
    close: (reason, task) => void closed.set(key(reason, task), { task }),
    open: (reason, task) => {
      closed.delete(key(reason, task));
      for (const look of [...waiting]) look();
    },
    opened: (task, signal) =>
      new Promise((resolve) => {
        const look = () => {
          if (!isOpen(task) && !signal.aborted) return;
          waiting.delete(look);
          signal.removeEventListener('abort', look);
          resolve();
        };
        waiting.add(look);
        signal.addEventListener('abort', look);
        look();
      }),
  };
}
