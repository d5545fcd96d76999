/** The time is up before something came true. */
export class NotInTime extends Error {
  override readonly name = 'NotInTime';
}

/** How long the demonstration may go on. */
export interface Patience {
  /** Milliseconds since 1970. */
  deadline: number;
  /** Aborted when somebody wants it to end. */
  signal: AbortSignal;
}

const everyMilliseconds = 100;

/** Asks again and again until there is an answer. Throws NotInTime that says what was waited for, or the signal's reason. */
export async function waitUntil<Value>(
  what: string,
  { deadline, signal }: Patience,
  ask: () => Promise<Value | undefined> | Value | undefined,
): Promise<Value> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    signal.throwIfAborted();
    if (Date.now() >= deadline) throw new NotInTime(`The time is up, and it is still not so that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMilliseconds));
  }
}
