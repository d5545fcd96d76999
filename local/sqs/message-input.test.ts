import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageBytes, readMessage } from './message-input.ts';

const withAttribute = (name: string, attribute: object) => () =>
  readMessage({ MessageBody: 'x', MessageAttributes: { [name]: attribute as { DataType: string } } });

describe('a message that is sent', () => {
  test('may have every character of XML 1.0 in its body and no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x10ffff }), (code) => {
        const legal =
          [0x9, 0xa, 0xd].includes(code) ||
          (code >= 0x20 && code <= 0xd7ff) ||
          (code >= 0xe000 && code <= 0xfffd) ||
          code >= 0x10000;
        const body = `a${String.fromCodePoint(code)}b`;
        if (legal) expect(readMessage({ MessageBody: body }).body).toBe(body);
        else expect(() => readMessage({ MessageBody: body })).toThrow('Invalid characters');
      }),
      {
        numRuns: 2000,
        examples: [[0], [0x8], [0x1f], [0xd800], [0xdfff], [0xfffe], [0xffff], [0x1f642], [0x1fffe]],
      },
    );
  });

  test('must have a body', () => {
    expect(() => readMessage({})).toThrow('must contain the parameter MessageBody');
    expect(() => readMessage({ MessageBody: '' })).toThrow('must contain the parameter MessageBody');
  });

  test('is as large as its body and the names, types and values of its attributes, in bytes', () => {
    expect(
      messageBytes({
        body: 'é',
        attributes: {
          ab: { DataType: 'String', StringValue: 'xyz' },
          c: { DataType: 'Binary', BinaryValue: Buffer.alloc(10).toString('base64') },
        },
      }),
    ).toBe(2 + (2 + 6 + 3) + (1 + 6 + 10));
  });

  test.each(['', '.a', 'a.', 'a..b', 'aws.a', 'Amazon.a', 'a b', 'ä', 'x'.repeat(257)])(
    'cannot have an attribute called %j',
    (name) => {
      expect(withAttribute(name, { DataType: 'String', StringValue: 'v' })).toThrow('is invalid');
    },
  );

  test.each([
    [{ DataType: 'Text', StringValue: 'v' }],
    [{ DataType: 'String' }],
    [{ DataType: 'String', StringValue: '' }],
    [{ DataType: 'String', StringValue: '\u0000' }],
    [{ DataType: 'String', StringValue: 'v', BinaryValue: 'eA==' }],
    [{ DataType: 'Binary', StringValue: 'v' }],
    [{ DataType: 'Number', StringValue: 'one' }],
    [{ DataType: 'Number', StringValue: '0x10' }],
    [{ DataType: 'Number', StringValue: ' ' }],
    [{ DataType: 'String.', StringValue: 'v' }],
    [{}],
  ])('cannot have an attribute that is %j', (attribute) => {
    expect(withAttribute('a', attribute)).toThrow(/invalid/i);
  });

  test.each([
    [{ DataType: 'Number', StringValue: '-1.5e10' }],
    [{ DataType: 'Number.float', StringValue: '.5' }],
    [{ DataType: 'String.json', StringValue: '🙂' }],
    [{ DataType: 'Binary', BinaryValue: 'eA==' }],
  ])('may have an attribute that is %j', (attribute) => {
    expect(withAttribute('a.b-c_D', attribute)().attributes).toEqual({ 'a.b-c_D': attribute });
  });

  test('may have a group of up to 128 printable characters, but no deduplication id', () => {
    expect(readMessage({ MessageBody: 'x', MessageGroupId: 'L-1!~' }).group).toBe('L-1!~');
    for (const group of ['', 'a b', 'é', 'x'.repeat(129)]) {
      expect(() => readMessage({ MessageBody: 'x', MessageGroupId: group })).toThrow('MessageGroupId');
    }
    expect(() => readMessage({ MessageBody: 'x', MessageDeduplicationId: 'd' })).toThrow('queue type');
  });

  test('may have no system attribute but the trace header', () => {
    const trace = { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1' } };
    expect(readMessage({ MessageBody: 'x', MessageSystemAttributes: trace }).traceHeader).toBe('Root=1');
    const other = { Other: { DataType: 'String', StringValue: 'v' } };
    expect(() => readMessage({ MessageBody: 'x', MessageSystemAttributes: other })).toThrow('Other');
  });
});
