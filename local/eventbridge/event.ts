import { localAccount, localRegion } from '../local-service.ts';

/** An event as it travels on the bus. */
export interface BusEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601 without milliseconds, as EventBridge writes it. */
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
}

/** Completes what a sender says to a whole event. */
export function createEvent(said: {
  source: string;
  detailType: string;
  detail: unknown;
  time: Date;
  resources?: string[];
}): BusEvent {
  return {
    version: '0',
    id: crypto.randomUUID(),
    'detail-type': said.detailType,
    source: said.source,
    account: localAccount,
    time: eventTime(said.time),
    region: localRegion,
    resources: said.resources ?? [],
    detail: said.detail,
  };
}

/** A time as EventBridge writes it: UTC, to the second. */
export function eventTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
