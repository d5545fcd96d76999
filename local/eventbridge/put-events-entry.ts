import { z } from 'zod';
import { type BusEvent, createEvent } from './event.ts';

const entrySchema = z.object({
  Source: z.string().min(1),
  DetailType: z.string().min(1),
  Detail: z.string(),
  /** Seconds since 1970 in AWS's JSON protocol; some clients send ISO 8601. */
  Time: z.union([z.number(), z.iso.datetime({ offset: true })]).optional(),
  Resources: z.array(z.string()).optional(),
});

/**
 * Reads an entry of PutEvents; one that is wrong is answered, not thrown. Sources that begin with `aws.`, which AWS
 * keeps for itself, are welcome: whoever develops here wants to send a scan event by hand.
 */
export function readPutEventsEntry(
  entry: unknown,
  now: Date,
): { event: BusEvent } | { ErrorCode: string; ErrorMessage: string } {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) {
    const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    return { ErrorCode: 'InvalidArgument', ErrorMessage: reasons.join('; ') };
  }
  const { Source, DetailType, Detail, Time, Resources } = parsed.data;
  const detail = jsonObject(Detail);
  if (!detail)
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed: send a JSON object' };
  return {
    event: createEvent({
      source: Source,
      detailType: DetailType,
      detail,
      time: Time === undefined ? now : new Date(typeof Time === 'number' ? Time * 1000 : Time),
      resources: Resources ?? [],
    }),
  };
}

function jsonObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
