import { type ContextManager, DiagLogLevel, diag } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { pause } from './backoff.ts';

/** Whose spans go out. */
export interface TracingOptions {
  worker: string;
  deployment: string;
  /** From 0 to 1. */
  sampledShare: number;
  log: Logger;
}

/** What takes spans and sends them; both parts are to be made known to the process. */
export interface Tracing {
  provider: TracerProvider;
  contextManager: ContextManager;
  /** Sends what is left, but does not wait longer than a few seconds for whoever takes it. */
  stop(): Promise<void>;
}

const exportTimeoutMs = 3_000;
/** A little longer, so that a collector which did not answer is told of before the end. */
const stopSeconds = 3.5;

/**
 * Sends spans to the OTLP/HTTP endpoint that OTEL_EXPORTER_OTLP_ENDPOINT names, as JSON; headers, timeout, compression and
 * the resource's attributes are as OpenTelemetry's other variables say. Of traces that begin here so many are kept, of
 * a sender's those that it keeps.
 */
export function startTracing({ worker, deployment, sampledShare, log }: TracingOptions): Tracing {
  diag.setLogger(diagnosticsTo(log), { logLevel: DiagLogLevel.WARN });
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(
        resourceFromAttributes({
          'service.name': `${deployment}-worker`,
          'service.instance.id': worker,
        }),
      )
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampledShare) }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), exportTimeoutMillis: exportTimeoutMs }),
    ],
  });
  return {
    provider,
    contextManager: new AsyncLocalStorageContextManager().enable(),
    stop: async () => {
      const sent = new AbortController();
      const sending = provider.shutdown().catch((error) => log.warn({ err: error }, 'could not send spans'));
      await Promise.race([sending.finally(() => sent.abort()), pause(stopSeconds, sent.signal)]);
    },
  };
}

/** A collector that is out of reach is worth a line, and nothing else: the work does not depend on it. */
function diagnosticsTo(log: Logger) {
  const warn = (said: string) => log.warn({ said }, 'tracing');
  const ignore = () => undefined;
  return { error: warn, warn, info: ignore, debug: ignore, verbose: ignore };
}
