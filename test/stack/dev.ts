import { dev as environment } from '../../lib/environment.ts';
import { synthesize } from './template.ts';

/** Synthesized once for a file of tests. */
export const dev = synthesize(environment);
