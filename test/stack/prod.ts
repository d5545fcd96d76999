import { prod as environment } from '../../lib/environment.ts';
import { synthesize } from './template.ts';

/** Synthesized once for a file of tests. */
export const prod = synthesize(environment);
