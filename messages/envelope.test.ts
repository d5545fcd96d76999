import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Envelope, formatEnvelope, parseEnvelope, UnreadableMessage } from './envelope.ts';

const envelope: Envelope = {
  specversion: '1.0',
  id: '1',
  source: '/webapp',
  type: 'property-upload',
  data: { a: 1 },
};

describe('reading', () => {
  test('an envelope comes back as it was written, with attributes of others', () => {
    const written = { ...envelope, time: '2026-11-22T10:00:00Z', comexampleorder: 'x' };
    expect(parseEnvelope(formatEnvelope(written))).toEqual(written);
  });

  test('a body that is not JSON is refused with what a sender should do', () => {
    expect(() => parseEnvelope('hello')).toThrow(/not JSON .*send a CloudEvents 1.0 object/);
  });

  test('everything that is wrong is named at once', () => {
    const error = (() => {
      try {
        return parseEnvelope(JSON.stringify({ specversion: '0.3', id: '', time: 'yesterday' }));
      } catch (thrown) {
        return thrown as Error;
      }
    })();
    expect(error).toBeInstanceOf(UnreadableMessage);
    for (const name of ['specversion', 'id', 'source', 'type', 'time']) {
      expect((error as Error).message).toContain(`${name}: `);
    }
  });

  test.each(['null', '[]', '3', '"text"'])('%s is no envelope', (body) => {
    expect(() => parseEnvelope(body)).toThrow(/body: /);
  });

  test('data and a reference to data exclude each other', () => {
    expect(() => parseEnvelope(formatEnvelope({ ...envelope, dataref: 's3://b/k' }))).toThrow(
      /both data and dataref/,
    );
  });

  test('no text whatever makes it throw anything but UnreadableMessage', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (body) => {
        try {
          parseEnvelope(body);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableMessage);
        }
      }),
    );
  });
});

describe('writing', () => {
  test('any JSON data survives, and the text has no character that SQS refuses', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (data, text) => {
        const written = formatEnvelope({ ...envelope, data: { data, text: `\ufffe\uffff${text}` } });
        expect(written).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
        expect(JSON.stringify(parseEnvelope(written).data)).toBe(
          JSON.stringify({ data, text: `\ufffe\uffff${text}` }),
        );
      }),
    );
  });
});
