import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startSpanCollector } from '../test/worker/span-collector.ts';
import { startTrial } from '../test/worker/start-trial.ts';
import { trialTask } from '../test/worker/trial-tasks.ts';
import { loadTracing } from './load-tracing.ts';

const sender = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const traceparent = `00-${sender.traceId}-${sender.spanId}-01`;

test('each attempt is a span in its sender’s trace, with what its handler does inside, sent before the worker leaves', async () => {
  const collector = await startSpanCollector();
  onTestFinished(collector.close);
  await using trial = await startTrial();
  const worker = trial.spawnWorker({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=of-the-collector',
  });
  const runId = await trial.client.send(trialTask, { do: 'trace' }, { traceparent });
  await trial.until(runId, 'done');
  const untraced = await trial.send('return');
  await trial.until(untraced, 'done');
  await expect.poll(() => worker.output.join('').match(/"attempted"/g)?.length).toBeGreaterThanOrEqual(5);
  worker.child.kill('SIGTERM');
  expect(await worker.exited).toBe(0);

  const queueName = trial.queueOf().arn.split(':').at(-1);
  const attemptsOf = (id: string) =>
    collector.spans.filter(({ attributes }) => attributes['slackwater.run.id'] === id);
  const [failed, done] = attemptsOf(runId);
  const inSendersTrace = { traceId: sender.traceId, parentSpanId: sender.spanId, links: [sender], kind: 5 };
  const attributes = {
    'messaging.system': 'aws_sqs',
    'messaging.operation.type': 'process',
    'messaging.destination.name': queueName,
    'messaging.message.id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'slackwater.task': 'trial',
  };
  expect(failed).toMatchObject({
    ...inSendersTrace,
    name: `process ${queueName}`,
    status: { code: 2, message: 'told to fail in a span' },
    attributes: {
      ...attributes,
      'slackwater.attempt': 1,
      'slackwater.outcome': 'failed',
      'error.type': 'Error',
    },
    events: [{ name: 'exception', attributes: { 'exception.message': 'told to fail in a span' } }],
    resource: { 'service.name': 'trial-worker', 'service.instance.id': 'abc123' },
  });
  expect(done).toMatchObject({
    ...inSendersTrace,
    status: { code: 0 },
    attributes: { ...attributes, 'slackwater.attempt': 2, 'slackwater.outcome': 'done' },
    events: [],
  });
  const inner = collector.spans.filter(({ name }) => name === 'inner');
  expect(inner.map(({ parentSpanId }) => parentSpanId)).toEqual([failed?.spanId, done?.spanId]);
  const sent = collector.spans.filter(({ links }) => inner.some(({ spanId }) => spanId === links[0]?.spanId));
  expect(sent[0]).toMatchObject({ traceId: sender.traceId, attributes: { 'slackwater.outcome': 'done' } });

  const [own] = attemptsOf(untraced);
  expect(own).toMatchObject({ links: [], traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect(own?.traceId).not.toBe(sender.traceId);
  const lines = worker.output
    .join('')
    .split('\n')
    .filter((line) => line.includes('"attempt":'));
  expect(lines.length).toBeGreaterThanOrEqual(5);
  for (const line of lines) {
    const { run, task, trace: onLine } = JSON.parse(line);
    expect({ task, onLine }).toEqual({
      task: 'trial',
      onLine: run === untraced ? own?.traceId : sender.traceId,
    });
  }
  expect(collector.headers[0]).toMatchObject({ 'x-key': 'of-the-collector' });
});

test('a collector that never answers keeps no worker from leaving', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
  const said: string[] = [];
  const log = pino({}, { write: (line: string) => said.push(line) });
  const tracing = await loadTracing({ worker: 'w-1', deployment: 'trial', sampledShare: 1, log });
  trace.getTracer('test').startSpan('never taken').end();
  await tracing.stop();
  expect(said.join('')).toContain('could not send spans');
});
