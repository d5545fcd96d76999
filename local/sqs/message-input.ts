import { md5OfText } from './md5.ts';
import type { MessageAttribute, MessageContent } from './message.ts';
import { sqsErrors } from './sqs-errors.ts';

/** A message as SendMessage and each entry of SendMessageBatch carry it. */
export interface MessageInput {
  MessageBody?: string;
  DelaySeconds?: number;
  MessageAttributes?: Record<string, MessageAttribute>;
  MessageSystemAttributes?: Record<string, MessageAttribute>;
  MessageGroupId?: string;
  MessageDeduplicationId?: string;
}

// The Char production of XML 1.0; with the u flag a lone surrogate does not match.
const legalText = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const legalName = /^(?!aws\.|amazon\.|\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i;
const legalType = /^(String|Number|Binary)(\..+)?$/;
const legalNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
const legalGroup = /^[\x21-\x7e]{1,128}$/;

/** Checks what a sender wrote. Throws AwsError as SQS would. */
export function readMessage(input: MessageInput): MessageContent {
  const { MessageBody: body, MessageGroupId: group } = input;
  const given = Object.entries(input.MessageAttributes ?? {});
  if (typeof body !== 'string' || body === '') throw sqsErrors.missingParameter('MessageBody');
  if (!legalText.test(body)) throw sqsErrors.invalidMessageContents('the message body');
  if (given.length > 10) {
    throw sqsErrors.invalidParameter(
      `Number of message attributes [${given.length}] exceeds the allowed maximum [10].`,
    );
  }
  const attributes = Object.fromEntries(
    given.map(([name, attribute]) => [name, readAttribute(name, attribute)]),
  );
  if (group !== undefined && !legalGroup.test(group)) {
    throw sqsErrors.invalidValue(
      'MessageGroupId',
      group,
      'MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length',
    );
  }
  if (input.MessageDeduplicationId !== undefined) {
    throw sqsErrors.invalidValue(
      'MessageDeduplicationId',
      input.MessageDeduplicationId,
      'The request include parameter that is not valid for this queue type',
    );
  }
  const traceHeader = readTraceHeader(input.MessageSystemAttributes ?? {});
  return {
    body,
    bodyMd5: md5OfText(body),
    attributes,
    ...(traceHeader === undefined ? {} : { traceHeader }),
    ...(group === undefined ? {} : { group }),
  };
}

/** What counts against the size limit: the body and every attribute's name, type and value. */
export function messageBytes({ body, attributes }: Pick<MessageContent, 'body' | 'attributes'>): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    bytes += StringValue === undefined ? 0 : Buffer.byteLength(StringValue);
    bytes += BinaryValue === undefined ? 0 : Buffer.byteLength(BinaryValue, 'base64');
  }
  return bytes;
}

function readAttribute(name: string, attribute: MessageAttribute): MessageAttribute {
  const { DataType: type, StringValue: text, BinaryValue: binary } = attribute;
  const refuse = (reason: string) =>
    sqsErrors.invalidParameter(`The message attribute '${name}' is invalid: ${reason}.`);
  if (!legalName.test(name)) {
    throw refuse(
      'a name has 1 to 256 letters, digits, _, - and single inner dots and does not begin with AWS. or Amazon.',
    );
  }
  const kind = typeof type === 'string' && type.length <= 256 ? legalType.exec(type)?.[1] : undefined;
  if (kind === undefined)
    throw refuse('the type must be String, Number or Binary, with a label behind a dot if wanted');
  const value = kind === 'Binary' ? binary : text;
  if (typeof value !== 'string' || value === '')
    throw refuse(`it must contain a non-empty value of type ${kind}`);
  if (kind === 'Binary' ? text !== undefined : binary !== undefined)
    throw refuse('it must have one value only');
  if (kind !== 'Binary' && !legalText.test(value)) {
    throw sqsErrors.invalidMessageContents(`the message attribute ${name}`);
  }
  if (kind === 'Number' && !legalNumber.test(value)) throw refuse(`its value ${value} is no number`);
  return { DataType: type, ...(kind === 'Binary' ? { BinaryValue: value } : { StringValue: value }) };
}

function readTraceHeader(attributes: Record<string, MessageAttribute>): string | undefined {
  for (const [name, { DataType, StringValue }] of Object.entries(attributes)) {
    if (name !== 'AWSTraceHeader' || DataType !== 'String' || !StringValue) {
      throw sqsErrors.invalidParameter(
        `Message system attribute name '${name}' is invalid: only AWSTraceHeader of type String is supported.`,
      );
    }
    return StringValue;
  }
  return undefined;
}
