/** Leaves at once: before there is a worker there is nothing to drain. */
export function leaveEarly(): void {
  process.exit(0);
}

/** What asks a worker to leave. */
export const leavingSignals = ['SIGTERM', 'SIGINT'] as const;

// Process 1 gets only signals that it handles, and the rest of the worker takes a second to load: import this first.
for (const signal of leavingSignals) process.on(signal, leaveEarly);
