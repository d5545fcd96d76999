import { z } from 'zod';

/** Name of the one message attribute in which a dead letter tells why it is one. */
export const deadLetterAttribute = 'slackwater-dead-letter';

/** The attribute's JSON. */
export const deadLetterSchema = z.object({
  runId: z.string(),
  task: z.string(),
  source: z.string(),
  id: z.string(),
  reason: z.string(),
  error: z.object({ name: z.string(), message: z.string(), stack: z.string().optional() }).optional(),
  attempts: z.int(),
  worker: z.string(),
  firstSeenAt: z.iso.datetime(),
  deadAt: z.iso.datetime(),
  /** Where body and attributes lie if they left no room; the body is then a stub. */
  contentRef: z.string().optional(),
});
export type DeadLetter = z.output<typeof deadLetterSchema>;
