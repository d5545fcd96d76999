/** A function of the local cloud, run from its bundled asset in a process of its own. */
export interface LambdaDefinition {
  name: string;
  /** Folder of the bundled code. */
  directory: string;
  /** Such as `index.handler`. */
  handler: string;
  environment: Readonly<Record<string, string>>;
  timeoutSeconds: number;
  /** Invocations at once; further ones wait. Default: 10. */
  concurrency?: number;
  /** Tries after a failed asynchronous invocation. Default: 2, as AWS. */
  retries?: number;
}

/** The functions of the local cloud. */
export interface Lambda {
  /** Creates the function or replaces it. Answers its ARN. */
  putFunction(definition: LambdaDefinition): string;
  /** Waits for the result. Throws LambdaFailure; it is also told as an event and counted in `AWS/Lambda`. */
  invoke(nameOrArn: string, payload: unknown): Promise<unknown>;
  /** As EventBridge and Scheduler invoke: failures are tried again after one and two minutes, then given up. */
  invokeAsynchronously(nameOrArn: string, payload: unknown): void;
  close(): Promise<void>;
}

/** The function threw, took too long or its process ended. */
export class LambdaFailure extends Error {
  override readonly name = 'LambdaFailure';
}

/** What happens to invocations, for the screen. */
export type LambdaEvent =
  | { kind: 'lambda-done'; functionName: string; milliseconds: number }
  | { kind: 'lambda-failed'; functionName: string; error: string };
