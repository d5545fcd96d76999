import type { QueuedMessage } from './message.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';

/** A move of a dead-letter queue's messages: SQS calls it a message move task, and an operator a redrive. */
export interface MessageMove {
  readonly id: string;
  readonly sourceArn: string;
  /** Left out: each message goes back to the queue that gave it up. */
  readonly destinationArn?: string;
  /** As it was asked for. */
  readonly perSecond?: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** What the queue had at the start; what comes later stays. */
  readonly toMove: number;
  moved: number;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  failure?: string;
}

/** SQS's fastest. */
const mostPerSecond = 500;
const stepMilliseconds = 20;
const mostRemembered = 10;

/**
 * Moves messages from dead-letter queues to where they are to be worked on, one move a queue at a time. Moves end with
 * the process: what was not moved stays where it was.
 */
export class MessageMoves {
  readonly #queues: Queues;
  /** By source, the newest first. */
  readonly #moves = new Map<string, MessageMove[]>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(queues: Queues) {
    this.#queues = queues;
  }

  /** Begins a move in the background. */
  start(source: Queue, options: Pick<MessageMove, 'destinationArn' | 'perSecond'>): MessageMove {
    const startedAt = Date.now();
    const move: MessageMove = {
      ...options,
      id: crypto.randomUUID(),
      sourceArn: source.arn,
      startedAt,
      toMove: source.messages.counts(startedAt).visible,
      moved: 0,
      status: 'RUNNING',
    };
    this.#moves.set(source.arn, [move, ...this.of(source.arn)].slice(0, mostRemembered));
    this.#goOn(move, 0);
    return move;
  }

  /** The latest moves from that queue, the newest first. */
  of(sourceArn: string): readonly MessageMove[] {
    return this.#moves.get(sourceArn) ?? [];
  }

  /** Ends a move that runs; what was moved stays moved. */
  cancel(move: MessageMove): void {
    move.status = 'CANCELLED';
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #goOn(move: MessageMove, milliseconds: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (move.status !== 'RUNNING') return;
      Object.assign(move, this.#step(move));
      if (move.status === 'RUNNING') this.#goOn(move, stepMilliseconds);
    }, milliseconds);
    this.#timers.add(timer);
  }

  /** Moves what is due and tells how the move stands then. */
  #step(move: MessageMove): Pick<MessageMove, 'status' | 'failure'> {
    const perSecond = move.perSecond ?? mostPerSecond;
    const due = Math.floor(((Date.now() - move.startedAt) / 1000) * perSecond) + 1;
    while (move.moved < Math.min(due, move.toMove)) {
      const source = this.#queues.byArn(move.sourceArn);
      if (!source) return { status: 'FAILED', failure: queueIsGone };
      const message = source.messages.firstVisible(Date.now());
      // Somebody has received or deleted what was there at the start.
      if (!message) return { status: 'COMPLETED' };
      const failure = this.#moveOne(move, source, message);
      if (failure) return { status: 'FAILED', failure };
      move.moved += 1;
    }
    return { status: move.moved === move.toMove ? 'COMPLETED' : 'RUNNING' };
  }

  /** Answers why it could not be moved. */
  #moveOne(move: MessageMove, source: Queue, message: QueuedMessage): string | undefined {
    const destinationArn = move.destinationArn ?? message.deadLetterSource;
    if (destinationArn === undefined) return 'CouldNotDetermineMessageSource';
    const destination = this.#queues.byArn(destinationArn);
    if (!destination) return queueIsGone;
    const { body, bodyMd5, attributes, traceHeader, group } = message;
    const sentAt = Date.now();
    // In this order a crash in between leaves the message twice, never lost.
    destination.add({
      ...{ body, bodyMd5, attributes },
      ...(traceHeader === undefined ? {} : { traceHeader }),
      ...(group === undefined ? {} : { group }),
      id: crypto.randomUUID(),
      sentAt,
      visibleAt: sentAt + destination.number('DelaySeconds') * 1000,
      receiveCount: 0,
    });
    source.messages.remove(message.id);
    return undefined;
  }
}

const queueIsGone = 'AWS.SimpleQueueService.NonExistentQueue';
