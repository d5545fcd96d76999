import path from 'node:path';
import { context, trace } from '@opentelemetry/api';
import type { Tracing, TracingOptions } from './tracing.ts';

/** TypeScript as it is written, JavaScript in the bundle. */
const tracingModule = new URL(`./tracing${path.extname(import.meta.filename)}`, import.meta.url);

/** Loads OpenTelemetry's SDK and lets it take the spans of this process. */
export async function loadTracing(options: TracingOptions): Promise<Pick<Tracing, 'stop'>> {
  const module = (await import(tracingModule.href)) as typeof import('./tracing.ts');
  const { provider, contextManager, stop } = module.startTracing(options);
  // Not by the module: in the bundle it has its own copy of the interface, and tracers made before would not hear of it.
  context.setGlobalContextManager(contextManager);
  trace.setGlobalTracerProvider(provider);
  return { stop };
}
