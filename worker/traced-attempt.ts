import { context, isSpanContextValid, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { senderSpan } from '../client/trace-context.ts';
import { type Delivery, nameOnLines } from './delivery.ts';
import { describeError } from './log.ts';
import type { Outcome } from './outcome.ts';

/** Which attempt a span is of. */
export interface AttemptName {
  run: Outcome['run'];
  /** From 1. */
  attempt: number;
}

/**
 * Makes the attempt a span: in the sender's trace and linked to the sender's span, or in a trace of its own. Spans that
 * the work starts are its children. Attempt and trace stand on every further line of the delivery. While nothing is traced
 * that is all it does.
 */
export async function tracedAttempt(
  delivery: Delivery,
  { run, attempt }: AttemptName,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const sender = senderSpan(run.traceparent);
  const queueName = delivery.queue.arn.split(':').at(-1) ?? '';
  // Asked for anew: a tracer that is kept knows only whoever took spans first.
  const span = trace.getTracer('slackwater').startSpan(
    `process ${queueName}`,
    {
      kind: SpanKind.CONSUMER,
      attributes: {
        'messaging.system': 'aws_sqs',
        'messaging.operation.type': 'process',
        'messaging.operation.name': 'process',
        'messaging.destination.name': queueName,
        'messaging.message.id': delivery.messageId,
        'slackwater.task': delivery.queue.task.name,
        'slackwater.run.id': run.runId,
        'slackwater.attempt': attempt,
      },
      links: sender ? [{ context: sender }] : [],
    },
    sender ? trace.setSpanContext(context.active(), sender) : context.active(),
  );
  const own = span.spanContext();
  nameOnLines(delivery, { attempt, ...(!sender && isSpanContextValid(own) && { trace: own.traceId }) });
  try {
    const outcome = await context.with(trace.setSpan(context.active(), span), work);
    if (span.isRecording()) tell(span, outcome, delivery);
    return outcome;
  } finally {
    span.end();
  }
}

function tell(span: Span, outcome: Outcome, { redactor }: Delivery): void {
  span.setAttribute('slackwater.outcome', outcome.is);
  if (outcome.is !== 'failed' && outcome.is !== 'hopeless') return;
  const { name = 'Error', message = '', stack } = redactor.redact(describeError(outcome.error));
  span.setAttribute('error.type', name);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
  span.recordException({ name, message, ...(stack === undefined ? {} : { stack }) });
}
