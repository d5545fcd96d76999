import { join } from 'node:path';
import { localAccount } from '../local-service.ts';
import { Journal } from './journal.ts';
import type { QueuedMessage } from './message.ts';
import { Queue, type QueueSettings, queueArn } from './queue.ts';
import type { MessageListener } from './queue-messages.ts';
import { sqsErrors } from './sqs-errors.ts';

type MovingPart = Pick<QueuedMessage, 'id' | 'visibleAt' | 'receiveCount' | 'firstReceivedAt' | 'receivedAt'>;

/** A line of the journal. */
type Change =
  | { kind: 'settings'; queue: string; settings: QueueSettings }
  | { kind: 'drop'; queue: string }
  | { kind: 'put'; queue: string; message: QueuedMessage }
  | { kind: 'change'; queue: string; message: MovingPart }
  | { kind: 'remove'; queue: string; id: string }
  | { kind: 'remove-all'; queue: string };

/** All queues of the account; what they hold survives the process. */
export class Queues {
  readonly #queues = new Map<string, Queue>();
  readonly #journal: Journal<Change>;
  #replaying = true;

  constructor(stateDirectory: string) {
    this.#journal = new Journal<Change>({
      file: join(stateDirectory, 'sqs.jsonl'),
      replay: (change) => this.#replay(change),
      snapshot: () => this.#snapshot(),
    });
    this.#replaying = false;
  }

  get(name: string): Queue | undefined {
    return this.#queues.get(name);
  }

  byArn(arn: string): Queue | undefined {
    const queue = this.#queues.get(arn.slice(arn.lastIndexOf(':') + 1));
    return queue && queueArn(queue.name) === arn ? queue : undefined;
  }

  /** The queue behind a URL, whatever its host. Throws QueueDoesNotExist. */
  byUrl(url: unknown): Queue {
    if (typeof url !== 'string' || url === '') throw sqsErrors.missingParameter('QueueUrl');
    const [name = '', account] = url.split('/').reverse();
    const queue = account === localAccount ? this.#queues.get(name) : undefined;
    if (!queue) throw sqsErrors.queueDoesNotExist();
    return queue;
  }

  /** Names in alphabetical order. */
  names(): string[] {
    return [...this.#queues.keys()].sort();
  }

  create(name: string, settings: QueueSettings): Queue {
    const queue = this.#make(name, settings);
    this.#record({ kind: 'settings', queue: name, settings });
    return queue;
  }

  configure(queue: Queue, settings: QueueSettings): void {
    queue.settings = settings;
    this.#record({ kind: 'settings', queue: queue.name, settings });
  }

  drop(queue: Queue): void {
    queue.waiting.close();
    this.#queues.delete(queue.name);
    this.#record({ kind: 'drop', queue: queue.name });
  }

  /** Answers every waiting receive with nothing. */
  answerWaiting(): void {
    for (const queue of this.#queues.values()) queue.waiting.close();
  }

  close(): void {
    this.answerWaiting();
    this.#journal.close();
  }

  #make(name: string, settings: QueueSettings): Queue {
    const listener: MessageListener = {
      put: (message) => this.#record({ kind: 'put', queue: name, message }),
      change: ({ id, visibleAt, receiveCount, firstReceivedAt, receivedAt }) =>
        this.#record({
          kind: 'change',
          queue: name,
          message: { id, visibleAt, receiveCount, firstReceivedAt, receivedAt } as MovingPart,
        }),
      remove: (id) => this.#record({ kind: 'remove', queue: name, id }),
      removeAll: () => this.#record({ kind: 'remove-all', queue: name }),
    };
    const queue = new Queue(name, settings, listener);
    this.#queues.set(name, queue);
    return queue;
  }

  #record(change: Change): void {
    if (!this.#replaying) this.#journal.record(change);
  }

  #replay(change: Change): void {
    const queue = this.#queues.get(change.queue);
    if (change.kind === 'settings') {
      if (queue) queue.settings = change.settings;
      else this.#make(change.queue, change.settings);
      return;
    }
    if (!queue) return;
    switch (change.kind) {
      case 'drop':
        this.#queues.delete(change.queue);
        break;
      case 'put':
        queue.messages.restore(change.message, Date.now());
        break;
      case 'change': {
        const message = queue.messages.get(change.message.id);
        if (message) queue.messages.restore(Object.assign(message, change.message), Date.now());
        break;
      }
      case 'remove':
        queue.messages.remove(change.id);
        break;
      case 'remove-all':
        queue.messages.purge();
        break;
    }
  }

  *#snapshot(): Generator<Change> {
    for (const queue of this.#queues.values()) {
      yield { kind: 'settings', queue: queue.name, settings: queue.settings };
      for (const message of queue.messages.all()) yield { kind: 'put', queue: queue.name, message };
    }
  }
}
