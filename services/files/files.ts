import type { Readable } from 'node:stream';

/** An object of S3 as tasks name it. */
export interface FileVersion {
  bucket: string;
  key: string;
  /** Left out: the newest. */
  versionId?: string;
}

/** What S3 knows of an object. */
export interface FileFacts {
  versionId: string;
  /** Without quotes. */
  eTag: string;
  sizeBytes: number;
  contentType?: string;
  metadata: Record<string, string>;
}

/** Files in S3, streamed. */
export interface Files {
  /** Undefined if the object or the version does not exist or is a delete marker. */
  head(file: FileVersion): Promise<FileFacts | undefined>;
  /** The content from the first byte on; aborting the signal ends the stream with an error. Throws FileNotFound. */
  read(file: FileVersion, signal?: AbortSignal): Promise<Readable>;
  /** The bytes from `start` to before `end`, which the object must have; else as `read`. */
  readPart(file: FileVersion, part: { start: number; end: number }, signal?: AbortSignal): Promise<Readable>;
  /** Streams content of any length in parts; answers when it is stored. Nothing is stored if the content fails. */
  write(
    file: { bucket: string; key: string; contentType: string; metadata?: Record<string, string> },
    content: Readable,
    signal?: AbortSignal,
  ): Promise<{ versionId?: string; sizeBytes: number }>;
  /** Copies that version if it still has that eTag. Throws FileNotFound or FileChanged. */
  copy(
    from: Required<FileVersion> & { eTag: string },
    to: { bucket: string; key: string },
  ): Promise<{ versionId?: string }>;
  /** Deletes one version for good. */
  deleteVersion(file: Required<FileVersion>): Promise<void>;
  /** Deletes the object with all versions and delete markers; answers how many there were. */
  deleteAllVersions(file: { bucket: string; key: string }): Promise<number>;
}

/** There is no such object or version. */
export class FileNotFound extends Error {
  override readonly name = 'FileNotFound';
}

/** The object's content is no longer the one that was meant. */
export class FileChanged extends Error {
  override readonly name = 'FileChanged';
}
