import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { ClaimCheckStore } from '../messages/claim-check.ts';
import { type DeadLetter, deadLetterAttribute, deadLetterSchema } from '../messages/dead-letter.ts';
import { UnreadableMessage } from '../messages/envelope.ts';
import { limits } from '../tasks/limits.ts';
import type { Delivery } from './delivery.ts';

/** A message as it is sent to a dead-letter queue. */
export interface DeadLetterContent {
  body: string;
  attributes: Record<string, MessageAttributeValue>;
}

/** What stands behind a stub's `contentRef`; binary attributes as base64. */
const storedContent = z.object({
  body: z.string(),
  attributes: z.record(
    z.string(),
    z.object({
      DataType: z.string(),
      StringValue: z.string().optional(),
      BinaryValue: z.base64().optional(),
    }),
  ),
});

const mostAttributes = 10;

/**
 * The message with the reason written on it, body and other attributes untouched. Where they leave no room they go to
 * the store, and a stub that points there travels instead.
 */
export async function writeDeadLetter(
  delivery: Pick<Delivery, 'body' | 'attributes'>,
  letter: DeadLetter,
  claimChecks: ClaimCheckStore,
): Promise<DeadLetterContent> {
  const { [deadLetterAttribute]: _earlier, ...attributes } = delivery.attributes;
  const whole = { body: delivery.body, attributes: { ...attributes, ...written(letter) } };
  if (Object.keys(whole.attributes).length <= mostAttributes && sizeBytes(whole) <= limits.messageBytes)
    return whole;

  const contentRef = await claimChecks.put(
    JSON.stringify({ body: delivery.body, attributes: inText(attributes) }),
  );
  return {
    body: JSON.stringify({ stub: 'the message left no room for the reason of its death', contentRef }),
    attributes: written({ ...letter, contentRef }),
  };
}

/** Gives a stub that comes back from a dead-letter queue its content again. Throws UnreadableMessage. */
export async function restoreContent(delivery: Delivery, claimChecks: ClaimCheckStore): Promise<void> {
  const attribute = delivery.attributes[deadLetterAttribute]?.StringValue;
  const letter = deadLetterSchema.safeParse(parseJson(attribute));
  if (!letter.success || letter.data.contentRef === undefined) return;
  const stored = storedContent.safeParse(parseJson(await claimChecks.get(letter.data.contentRef)));
  if (!stored.success)
    throw new UnreadableMessage(`${letter.data.contentRef} is not the content of a dead letter`);
  delivery.body = stored.data.body;
  delivery.attributes = fromText(stored.data.attributes);
}

function written(letter: DeadLetter): Record<string, MessageAttributeValue> {
  // SQS refuses these two characters; JSON.stringify escapes the others that it refuses.
  const StringValue = JSON.stringify(letter).replace(/[\ufffe\uffff]/g, '\ufffd');
  return { [deadLetterAttribute]: { DataType: 'String', StringValue } };
}

function sizeBytes({ body, attributes }: DeadLetterContent): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType = '', StringValue = '', BinaryValue }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(StringValue);
    bytes += BinaryValue?.byteLength ?? 0;
  }
  return bytes;
}

function inText(attributes: Record<string, MessageAttributeValue>) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        DataType,
        StringValue,
        ...(BinaryValue && { BinaryValue: Buffer.from(BinaryValue).toString('base64') }),
      },
    ]),
  );
}

function fromText(
  attributes: z.output<typeof storedContent>['attributes'],
): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { BinaryValue, ...rest }]) => [
      name,
      { ...rest, ...(BinaryValue === undefined ? {} : { BinaryValue: Buffer.from(BinaryValue, 'base64') }) },
    ]),
  );
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
