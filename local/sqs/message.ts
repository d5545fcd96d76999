/** A typed value that travels beside a message's body; binary values are base64. */
export interface MessageAttribute {
  /** `String`, `Number` or `Binary`, with an own label behind a dot if wanted. */
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}

/** A message as its sender made it. */
export interface MessageContent {
  body: string;
  bodyMd5: string;
  attributes: Record<string, MessageAttribute>;
  traceHeader?: string;
  group?: string;
}

/** A message on a queue; times are milliseconds since 1970. */
export interface QueuedMessage extends MessageContent {
  id: string;
  /** Kept when a redrive policy moves the message: retention counts from it. */
  sentAt: number;
  /** Hidden until then, by its delay or by its receipt. */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** When the latest receipt was: its visibility ends at most 12 hours later. */
  receivedAt?: number;
  /** ARN of the queue that gave it up. */
  deadLetterSource?: string;
}
