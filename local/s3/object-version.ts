import type { StoredChecksum } from './checksums.ts';
import type { Segment } from './content-store.ts';

/** What describes an object beside its content; replaced as a whole. */
export interface ObjectDescription {
  /** Standard headers that S3 gives back: content-type, cache-control, content-disposition … */
  headers: Record<string, string>;
  /** User metadata without `x-amz-meta-`, names in lower case. */
  metadata: Record<string, string>;
  tags: Record<string, string>;
}

/** One version of an object, or a delete marker. */
export interface ObjectVersion extends ObjectDescription {
  key: string;
  /** `null` (the word) if it was written while the bucket was not versioned. */
  versionId: string;
  /** Rises with every version of a bucket: the newest of a key is the current one. */
  sequence: number;
  /** Milliseconds since 1970, whole seconds as S3 tells them. */
  modifiedAt: number;
  deleteMarker: boolean;
  /** Without quotes; empty for a delete marker. */
  eTag: string;
  sizeBytes: number;
  segments: Segment[];
  checksum?: StoredChecksum;
  /** The multipart upload that it came from. */
  uploadId?: string;
}

/** A version that its bucket has not numbered yet. */
export type NewVersion = Omit<ObjectVersion, 'versionId' | 'sequence' | 'modifiedAt'>;

/** A delete marker for the key. */
export function deleteMarker(key: string): NewVersion {
  return {
    key,
    deleteMarker: true,
    eTag: '',
    sizeBytes: 0,
    segments: [],
    headers: {},
    metadata: {},
    tags: {},
  };
}
