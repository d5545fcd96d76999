import { describe, expect, it } from 'vitest';
import { createEvent } from './event.ts';
import { transformInput } from './input-transformer.ts';

const event = createEvent({
  source: 'aws.guardduty',
  detailType: 'Scan',
  detail: { name: 'say "hi"', size: 3, none: null, list: [{ k: 'a' }, { k: 'b' }] },
  time: new Date('2026-01-01T00:00:00.900Z'),
});
const facts = { ruleArn: 'arn:rule', ruleName: 'rule', ingestedAt: new Date('2026-01-01T00:00:01Z') };
const transform = (InputPathsMap: Record<string, string>, InputTemplate: string) =>
  transformInput({ InputPathsMap, InputTemplate }, event, facts);

describe('an input transformer', () => {
  it('puts values as JSON where the placeholder stands outside quotes', () => {
    const filled = transform(
      { id: '$.id', time: '$.time', detail: '$.detail' },
      '{"specversion":"1.0","id":<id>,"time":<time>,"data":<detail>}',
    );
    expect(JSON.parse(filled)).toEqual({
      specversion: '1.0',
      id: event.id,
      time: '2026-01-01T00:00:00Z',
      data: event.detail,
    });
  });

  it('puts values as they are inside quotes', () => {
    expect(transform({ size: '$.detail.size', id: '$.id' }, '{"text":"<id> has <size> \\"<size>\\""}')).toBe(
      `{"text":"${event.id} has 3 \\"3\\""}`,
    );
  });

  it('does not escape inside quotes, so a value with a quote breaks the JSON and the event is dropped', () => {
    expect(() => transform({ name: '$.detail.name' }, '{"name":"<name>"}')).toThrow(/gives no JSON/);
    expect(JSON.parse(transform({ name: '$.detail.name' }, '{"name":<name>}'))).toEqual({ name: 'say "hi"' });
  });

  it('lets a placeholder vanish whose path finds nothing', () => {
    expect(transform({ x: '$.detail.nobody' }, '{"x":"<x>"}')).toBe('{"x":""}');
    expect(() => transform({ x: '$.detail.nobody' }, '{"x":<x>}')).toThrow(/gives no JSON/);
  });

  it('knows null, list items and wildcards', () => {
    expect(
      transform(
        { none: '$.detail.none', second: '$.detail.list[1].k', all: '$.detail.list[*].k' },
        '[<none>,<second>,<all>]',
      ),
    ).toBe('[null,"b",["a","b"]]');
  });

  it('knows the predefined variables', () => {
    const filled = JSON.parse(
      transform(
        {},
        '{"arn":<aws.events.rule-arn>,"rule":"<aws.events.rule-name>","at":<aws.events.event.ingestion-time>,"all":<aws.events.event.json>,"head":<aws.events.event>}',
      ),
    );
    expect(filled).toMatchObject({
      arn: 'arn:rule',
      rule: 'rule',
      at: '2026-01-01T00:00:01.000Z',
      all: event,
    });
    expect(filled.head).not.toHaveProperty('detail');
  });

  it('fills a plain text and leaves unknown brackets alone', () => {
    expect(transform({ size: '$.detail.size' }, '"<size> of <nothing>"')).toBe('"3 of <nothing>"');
  });

  it('refuses a path that EventBridge does not read', () => {
    expect(() => transform({ x: "$['detail']" }, '{"x":<x>}')).toThrow(/no path/);
  });
});
