import { AwsError } from '../json-protocol.ts';

/** SQS's errors, with the codes of its older query protocol that SDKs and the aws CLI show. */
export const sqsErrors = {
  queueDoesNotExist: () =>
    error(
      'QueueDoesNotExist',
      'The specified queue does not exist.',
      'AWS.SimpleQueueService.NonExistentQueue',
    ),
  queueNameExists: (attribute: string) =>
    error(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for attribute ${attribute}`,
      'QueueAlreadyExists',
    ),
  invalidParameter: (message: string) =>
    error('InvalidParameterValueException', message, 'InvalidParameterValue'),
  invalidValue: (parameter: string, value: unknown, reason: string) =>
    sqsErrors.invalidParameter(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}.`),
  missingParameter: (parameter: string) =>
    error(
      'MissingRequiredParameterException',
      `The request must contain the parameter ${parameter}.`,
      'MissingParameter',
    ),
  invalidAttributeName: (name: string) => error('InvalidAttributeName', `Unknown Attribute ${name}.`),
  invalidAttributeValue: (name: string, value: unknown, reason = '') =>
    error('InvalidAttributeValue', `Invalid value for the parameter ${name}: ${value}. ${reason}`.trim()),
  invalidMessageContents: (what: string) =>
    error(
      'InvalidMessageContents',
      `Invalid characters found in ${what}. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | ` +
        '#xE000 to #xFFFD | #x10000 to #x10FFFF',
    ),
  receiptHandleIsInvalid: (handle: unknown) =>
    error('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`),
  messageNotInflight: () => named('MessageNotInflight', "The specified message isn't in flight."),
  emptyBatchRequest: () => named('EmptyBatchRequest', 'There should be at least one entry in the request.'),
  tooManyEntries: (entries: number) =>
    named(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries}.`,
    ),
  batchEntryIdsNotDistinct: (id: string) => named('BatchEntryIdsNotDistinct', `Id ${id} repeated.`),
  invalidBatchEntryId: () =>
    named(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. ' +
        'It can be at most 80 letters long.',
    ),
  batchRequestTooLong: (bytes: number) =>
    named(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than 1048576 bytes. You have sent ${bytes} bytes.`,
    ),
  purgeQueueInProgress: (queue: string) =>
    named('PurgeQueueInProgress', `Only one PurgeQueue operation on ${queue} is allowed every 60 seconds.`),
  resourceNotFound: (message: string) =>
    new AwsError('ResourceNotFoundException', message, {
      status: 404,
      queryCode: 'ResourceNotFoundException',
    }),
  overLimit: (message: string) => error('OverLimit', message),
  unsupportedOperation: (message: string) => named('UnsupportedOperation', message),
};

function error(code: string, message: string, queryCode = code): AwsError {
  return new AwsError(code, message, { queryCode });
}

function named(code: string, message: string): AwsError {
  return error(code, message, `AWS.SimpleQueueService.${code}`);
}
