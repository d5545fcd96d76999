/** A function that a thread can do, as a `*.thread.ts` file exports it by default. */
export interface ThreadWork<Data = never, Result = unknown> {
  name: string;
  work(data: Data): Result | Promise<Result>;
}

/** A function that turns a stream of items into another one on a thread, as a `*.thread.ts` file exports it by default. */
export interface ThreadStream<Data = never, In = never, Out = unknown, Result = unknown> {
  name: string;
  work(data: Data, input: AsyncIterable<In>): AsyncGenerator<Out, Result, undefined>;
}

/**
 * Names a function for threads after its file, from the project's folder on and without `.thread.ts`, such as
 * `tasks/property-upload/parse-rows`. What it takes and returns must survive a structured clone.
 */
export function threadWork<Data, Result>(
  name: string,
  work: ThreadWork<Data, Result>['work'],
): ThreadWork<Data, Result> {
  return { name, work };
}

/** Names a stream for threads after its file, as `threadWork` does. */
export function threadStream<Data, In, Out, Result>(
  name: string,
  work: ThreadStream<Data, In, Out, Result>['work'],
): ThreadStream<Data, In, Out, Result> {
  return { name, work };
}
