import type { Operation } from '../json-protocol.ts';
import type { MessageMove, MessageMoves } from './message-moves.ts';
import type { Queue } from './queue.ts';
import { redrivePolicyOf } from './queue-attributes.ts';
import type { Queues } from './queues.ts';
import { sqsErrors } from './sqs-errors.ts';

const mostPerSecond = 500;
const mostListed = 10;

/** Operations that move a dead-letter queue's messages. */
export function moveOperations(queues: Queues, moves: MessageMoves): Record<string, Operation> {
  const queueOf = (parameter: 'SourceArn' | 'DestinationArn', arn: unknown): Queue => {
    const queue = typeof arn === 'string' ? queues.byArn(arn) : undefined;
    if (queue) return queue;
    throw sqsErrors.resourceNotFound(
      `The resource that you specified for the ${parameter} parameter doesn't exist.`,
    );
  };
  const takesDeadLetters = ({ arn }: Queue) =>
    queues
      .names()
      .some(
        (name) => redrivePolicyOf(queues.get(name)?.settings.attributes ?? {})?.deadLetterTargetArn === arn,
      );

  return {
    StartMessageMoveTask: ({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: perSecond }) => {
      if (!SourceArn) throw sqsErrors.missingParameter('SourceArn');
      const source = queueOf('SourceArn', SourceArn);
      if (!takesDeadLetters(source)) {
        throw sqsErrors.invalidParameter('Source queue must be configured as a Dead Letter Queue.');
      }
      if (DestinationArn !== undefined) queueOf('DestinationArn', DestinationArn);
      if (perSecond !== undefined) within('MaxNumberOfMessagesPerSecond', perSecond, mostPerSecond);
      if (moves.of(source.arn).some(({ status }) => status === 'RUNNING')) {
        throw sqsErrors.invalidParameter(
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      }
      const move = moves.start(source, {
        ...(DestinationArn === undefined ? {} : { destinationArn: DestinationArn }),
        ...(perSecond === undefined ? {} : { perSecond }),
      });
      return { TaskHandle: formatHandle(move) };
    },
    ListMessageMoveTasks: ({ SourceArn, MaxResults = 1 }) => {
      if (!SourceArn) throw sqsErrors.missingParameter('SourceArn');
      const { arn } = queueOf('SourceArn', SourceArn);
      return {
        Results: moves
          .of(arn)
          .slice(0, within('MaxResults', MaxResults, mostListed))
          .map(describe),
      };
    },
    CancelMessageMoveTask: ({ TaskHandle }) => {
      const { taskId, sourceArn } = parseHandle(TaskHandle);
      const { arn } = queueOf('SourceArn', sourceArn);
      const move = moves.of(arn).find(({ id }) => id === taskId);
      if (!move) throw sqsErrors.resourceNotFound('Task does not exist.');
      if (move.status !== 'RUNNING') {
        throw sqsErrors.unsupportedOperation(
          `The task is ${move.status}: only a running one can be cancelled.`,
        );
      }
      moves.cancel(move);
      return { ApproximateNumberOfMessagesMoved: move.moved };
    },
  };
}

function describe(move: MessageMove): object {
  return {
    ...(move.status === 'RUNNING' ? { TaskHandle: formatHandle(move) } : {}),
    Status: move.status,
    SourceArn: move.sourceArn,
    ...(move.destinationArn === undefined ? {} : { DestinationArn: move.destinationArn }),
    ...(move.perSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: move.perSecond }),
    ApproximateNumberOfMessagesMoved: move.moved,
    ApproximateNumberOfMessagesToMove: move.toMove,
    ...(move.failure === undefined ? {} : { FailureReason: move.failure }),
    StartedTimestamp: move.startedAt,
  };
}

function formatHandle({ id, sourceArn }: MessageMove): string {
  return Buffer.from(JSON.stringify({ taskId: id, sourceArn })).toString('base64');
}

function parseHandle(handle: unknown): { taskId: string; sourceArn: string } {
  try {
    const { taskId, sourceArn } = JSON.parse(Buffer.from(String(handle), 'base64').toString('utf8'));
    if (typeof taskId === 'string' && typeof sourceArn === 'string') return { taskId, sourceArn };
  } catch {
    // refused below, like JSON that is no handle
  }
  throw sqsErrors.invalidParameter('Value for parameter TaskHandle is invalid.');
}

function within(parameter: string, value: unknown, most: number): number {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most) return Number(value);
  throw sqsErrors.invalidValue(parameter, value, `Must be between 1 and ${most}, if provided`);
}
