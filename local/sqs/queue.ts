import { localAccount, localRegion } from '../local-service.ts';
import type { QueuedMessage } from './message.ts';
import { type QueueAttributes, redrivePolicyOf } from './queue-attributes.ts';
import { type MessageListener, QueueMessages } from './queue-messages.ts';
import { WaitingReceives } from './waiting-receives.ts';

/** What is written down of a queue beside its messages. */
export interface QueueSettings {
  attributes: QueueAttributes;
  tags: Record<string, string>;
  createdAt: number;
  modifiedAt: number;
  purgedAt?: number;
}

/** One queue: its settings, its messages and who waits for them. */
export class Queue {
  readonly name: string;
  readonly messages: QueueMessages;
  /** Long polls, with the messages as their clients get them. */
  readonly waiting: WaitingReceives<object>;
  #settings: QueueSettings;

  constructor(name: string, settings: QueueSettings, listener: MessageListener) {
    this.name = name;
    this.messages = new QueueMessages(listener, 0);
    this.waiting = new WaitingReceives(() => this.messages.nextVisibleAt());
    this.#settings = settings;
    this.settings = settings;
  }

  get settings(): QueueSettings {
    return this.#settings;
  }

  set settings(settings: QueueSettings) {
    this.#settings = settings;
    this.messages.retentionMilliseconds = 1000 * Number(settings.attributes.MessageRetentionPeriod);
  }

  get arn(): string {
    return queueArn(this.name);
  }

  /** A setting that is a number. */
  number(name: string): number {
    return Number(this.#settings.attributes[name]);
  }

  /** Takes a message in and wakes who waits for it. */
  add(message: QueuedMessage): void {
    this.messages.add(message, Date.now());
    this.waiting.wake();
  }

  /** Receives what is visible now; what was received too often goes to `deadLetters`. */
  receive(request: {
    limit: number;
    visibilitySeconds: number;
    deadLetters: (arn: string) => Queue | undefined;
  }): QueuedMessage[] {
    const policy = redrivePolicyOf(this.#settings.attributes);
    const target = policy ? request.deadLetters(policy.deadLetterTargetArn) : undefined;
    return this.messages.receive({
      now: Date.now(),
      limit: request.limit,
      visibilityMilliseconds: request.visibilitySeconds * 1000,
      maximumReceives: policy && target ? policy.maxReceiveCount : Number.POSITIVE_INFINITY,
      giveUp: (message) => target?.add({ ...message, visibleAt: Date.now(), deadLetterSource: this.arn }),
    });
  }
}

/** The ARN of a queue of the local account. */
export function queueArn(name: string): string {
  return `arn:aws:sqs:${localRegion}:${localAccount}:${name}`;
}
