import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createTurns } from '../threads/turns.ts';
import type { TypesettingAnswer, TypesettingRequest } from './serve-typesetting.ts';
import { type Typesetter, TypesettingFailed } from './typesetter.ts';

/** How typesetting is done. */
export interface TypesetterSettings {
  /** The program of the typesetting process, which calls `serveTypesetting`. */
  entry: URL;
  /** A process leaves after so many documents, since each leaves some memory behind. Default 20. */
  documentsPerProcess?: number;
  /** A process without work leaves after so long. Default 10. */
  idleSeconds?: number;
}

/**
 * Makes a typesetter. Its process starts with the first document, knows no environment and with it no credentials, and
 * is killed when a document is no longer wanted, because Typst cannot be interrupted.
 */
export function createTypesetter(settings: TypesetterSettings): Typesetter & { close(): void } {
  const { entry, documentsPerProcess = 20, idleSeconds = 10 } = settings;
  let current: { child: ChildProcess; documents: number } | undefined;
  let idle: NodeJS.Timeout | undefined;
  const turns = createTurns(1);

  const close = () => {
    clearTimeout(idle);
    current?.child.kill('SIGKILL');
    current = undefined;
  };

  const processAtHand = () => {
    if (current?.child.connected && current.documents < documentsPerProcess) return current;
    close();
    const child = fork(entry, {
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    // Without work it must not keep this process from its end.
    child.unref();
    child.channel?.unref();
    current = { child, documents: 0 };
    return current;
  };

  const typeset = async (request: TypesettingRequest, signal: AbortSignal): Promise<Buffer> => {
    const endTurn = await turns.take(signal);
    clearTimeout(idle);
    const at = processAtHand();
    at.documents += 1;
    try {
      const { pdf } = await ask(at.child, request, signal);
      return pdf;
    } catch (error) {
      // Whatever it is still busy with, the next document does not wait for it.
      if (!(error instanceof TypesettingRefused)) close();
      throw error;
    } finally {
      idle = setTimeout(close, idleSeconds * 1000);
      idle.unref();
      endTurn();
    }
  };

  return {
    close,
    pdf: (document, { signal, createdAt }) =>
      typeset({ document, creationSeconds: Math.floor(createdAt.getTime() / 1000) }, signal),
  };
}

/** Typst refused the document; its process is well. */
class TypesettingRefused extends TypesettingFailed {}

async function ask(
  child: ChildProcess,
  request: TypesettingRequest,
  signal: AbortSignal,
): Promise<{ pdf: Buffer }> {
  const over = new AbortController();
  const ending = AbortSignal.any([signal, over.signal]);
  try {
    child.channel?.ref();
    child.send(request);
    const answered = once(child, 'message', { signal: ending });
    const exited = once(child, 'exit', { signal: ending });
    const first = await Promise.race([
      answered.then(([answer]) => answer as TypesettingAnswer),
      exited.then(([code, killedBy]) => {
        throw new TypesettingFailed(
          `The typesetting process ended (${killedBy ?? `exit code ${code}`}) before the document was done`,
        );
      }),
    ]);
    if ('error' in first) throw new TypesettingRefused(first.error);
    return first;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    over.abort();
    if (child.connected) child.channel?.unref();
  }
}
