import { type Interference, type JsonService, jsonService } from '../json-protocol.ts';
import { MessageMoves } from './message-moves.ts';
import { moveOperations } from './move-operations.ts';
import { queueOperations } from './queue-operations.ts';
import { Queues } from './queues.ts';
import { receiveOperations } from './receive-operations.ts';
import { sendOperations } from './send-operations.ts';

/** The local SQS. */
export interface LocalSqs extends JsonService {
  /** Answers every waiting receive with nothing, so that nobody waits out a long poll who wants to end. */
  answerWaiting(): void;
  /** Answers waiting receives with nothing, ends moves between queues and closes the state's file. */
  close(): Promise<void>;
}

/**
 * Makes the local SQS: standard queues, on the wall clock, kept in `stateDirectory` across restarts and kills, by
 * one process at a time.
 * `endpoint` is the base of queue URLs, such as `http://127.0.0.1:4580`; `interfere` comes between HTTP and the queues. Throws an Error if the state on disk
 * cannot be read.
 */
export function createSqs({
  stateDirectory,
  endpoint,
  interfere,
}: {
  stateDirectory: string;
  endpoint: () => string;
  interfere?: Interference | undefined;
}): LocalSqs {
  const queues = new Queues(stateDirectory);
  const moves = new MessageMoves(queues);
  const operations = {
    ...queueOperations(queues, endpoint),
    ...sendOperations(queues),
    ...receiveOperations(queues),
    ...moveOperations(queues, moves),
  };
  const service = jsonService(['sqs'], operations, interfere);
  return {
    ...service,
    answerWaiting: () => queues.answerWaiting(),
    close: async () => {
      moves.close();
      queues.close();
    },
  };
}
