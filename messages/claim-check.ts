import { limits } from '../tasks/limits.ts';
import { type Envelope, formatEnvelope, UnreadableMessage } from './envelope.ts';

/** Where data lies that is too large for the queue. */
export interface ClaimCheckStore {
  /** Answers the reference that travels in the message instead. */
  put(content: string): Promise<string>;
  /** Throws UnreadableMessage if the reference is not one of this store's or nothing lies there. */
  get(reference: string): Promise<string>;
}

/** Writes the body; data over the queue's limit goes to the store. Throws RangeError if that does not help. */
export async function checkIn(
  envelope: Envelope,
  store: Pick<ClaimCheckStore, 'put'>,
  mostBytes: number = limits.messageBytes,
): Promise<string> {
  const body = formatEnvelope(envelope);
  if (Buffer.byteLength(body) <= mostBytes) return body;
  const { data, ...rest } = envelope;
  const small = { ...rest, dataref: '' };
  const room = mostBytes - 2048;
  if (Buffer.byteLength(formatEnvelope(small)) > room) {
    throw new RangeError(
      `The envelope without its data is larger than ${room} bytes: shorten its attributes`,
    );
  }
  return formatEnvelope({ ...small, dataref: await store.put(JSON.stringify(data)) });
}

/** The data that the envelope carries or points to. Throws UnreadableMessage. */
export async function checkOut(envelope: Envelope, store: Pick<ClaimCheckStore, 'get'>): Promise<unknown> {
  if (envelope.dataref === undefined) return envelope.data;
  const content = await store.get(envelope.dataref);
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new UnreadableMessage(`${envelope.dataref} is not JSON (${(error as Error).message})`);
  }
}
