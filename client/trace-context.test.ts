import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { propertyReport } from '../tasks/property-report/task.ts';
import { createFakeTaskClient } from './fake-task-client.ts';
import { activeTraceparent, senderSpan } from './trace-context.ts';

afterEach(() => context.disable());

const hex = (digits: number) =>
  fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`)).filter((id) => !/^0+$/.test(id));

test('a traceparent of any version names the span that it was written for', () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  fc.assert(
    fc.property(hex(32), hex(16), fc.integer({ min: 0, max: 255 }), (traceId, spanId, traceFlags) => {
      const span = { traceId, spanId, traceFlags };
      const written = context.with(trace.setSpanContext(context.active(), span), activeTraceparent);
      expect(senderSpan(written)).toEqual({ ...span, isRemote: true });
      expect(senderSpan(`${written?.replace(/^00/, 'cc')}-what-is-to-come`)).toEqual({
        ...span,
        isRemote: true,
      });
    }),
  );
});

test.each([
  ['none', undefined],
  ['no trace context', 'nonsense'],
  ['a trace of zeros', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
  ['a version that there is not', `ff-${'a'.repeat(32)}-00f067aa0ba902b7-01`],
  ['capitals', `00-${'A'.repeat(32)}-00f067aa0ba902b7-01`],
])('%s names no span', (_title, traceparent) => {
  expect(senderSpan(traceparent)).toBeUndefined();
});

test('what is sent within a span carries it, unless the sender names another, and without a span nothing', async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const client = createFakeTaskClient();
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  await new TracerProvider().getTracer('web').startActiveSpan('a request', async (span) => {
    const { traceId, spanId } = span.spanContext();
    await client.send(propertyReport, {});
    expect(client.sent.at(-1)?.traceparent).toBe(`00-${traceId}-${spanId}-01`);
    await client.send(propertyReport, {}, { traceparent });
    expect(client.sent.at(-1)?.traceparent).toBe(traceparent);
  });
  await client.send(propertyReport, {});
  expect(client.sent.at(-1)).not.toHaveProperty('traceparent');
});
