import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** A process of the benchmark that answers one question after the other. */
export interface Answering<Questions> {
  ask<Name extends keyof Questions & string>(
    name: Name,
    ...input: Inputs<Questions[Name]>
  ): Promise<Output<Questions[Name]>>;
  /** Lets the process end by itself, and answers when it is gone. */
  end(): Promise<void>;
}

/** Starts a module as a process. What it throws at an answer is thrown by `ask`. */
export function startProcess<Questions>(
  at: URL,
  {
    argument,
    nodeFlags = [],
    environment = {},
  }: { argument?: unknown; nodeFlags?: string[]; environment?: Record<string, string> } = {},
): Answering<Questions> {
  const module = path.basename(at.pathname);
  const child = fork(at, [JSON.stringify(argument ?? null)], {
    execArgv: profiled(nodeFlags, module),
    env: { ...process.env, ...environment },
  });
  const exited = once(child, 'exit');
  const open = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let asked = 0;
  child.on('message', ({ id, answer, error }: Answer) => {
    const question = open.get(id);
    open.delete(id);
    if (error === undefined) question?.resolve(answer);
    else question?.reject(new Error(`${module}: ${error}`));
  });
  void exited.then(([code]) => {
    for (const { reject } of open.values()) reject(new Error(`${module} ended with ${code}`));
  });
  return {
    ask: (name, ...input) =>
      new Promise((resolve, reject) => {
        asked += 1;
        open.set(asked, { resolve: (answer) => resolve(answer as never), reject });
        child.send({ id: asked, name, input: input[0] } satisfies Question);
      }),
    end: async () => {
      disconnect(child);
      await exited;
    },
  };
}

/** In the started process: answers questions until the parent disconnects, then tidies up. */
export function answerParent(answers: object, tidyUp: () => Promise<void>): void {
  process.on('message', ({ id, name, input }: Question) => {
    const answer = (answers as Record<string, (input: unknown) => unknown>)[name];
    Promise.resolve()
      .then(() => answer?.(input))
      .then(
        (value) => process.send?.({ id, answer: value } satisfies Answer),
        (error: unknown) => process.send?.({ id, error: String(error) } satisfies Answer),
      );
  });
  process.on('disconnect', () => void tidyUp().finally(() => process.exit()));
}

/** What the parent said when it started this process. */
export function processArgument<Argument>(): Argument {
  return JSON.parse(process.argv[2] ?? 'null') as Argument;
}

/** With BENCH_PROFILES naming a folder, every process leaves a CPU profile there. */
function profiled(flags: readonly string[], module: string): string[] {
  const folder = process.env.BENCH_PROFILES;
  return folder === undefined
    ? [...flags]
    : [...flags, '--cpu-prof', `--cpu-prof-dir=${path.join(folder, module)}`];
}

type Inputs<Method> = Method extends (...inputs: infer All) => unknown ? All : never;
type Output<Method> = Method extends (...inputs: never[]) => infer Answered ? Awaited<Answered> : never;

interface Question {
  id: number;
  name: string;
  input: unknown;
}

interface Answer {
  id: number;
  answer?: unknown;
  error?: string;
}

function disconnect(child: ChildProcess): void {
  if (child.connected) child.disconnect();
}
