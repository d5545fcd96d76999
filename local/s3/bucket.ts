import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile, readJsonFiles, writeJsonFile } from './json-file.ts';
import type { NewVersion, ObjectVersion } from './object-version.ts';

/** S3's word for whether a bucket keeps old versions; undefined if it never did. */
export type Versioning = 'Enabled' | 'Suspended' | undefined;

interface Settings {
  createdAt: number;
  versioning?: Versioning;
}

/** A bucket: the index of its versions in memory, each of them also a JSON file. */
export interface Bucket {
  readonly name: string;
  readonly directory: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  versioning(): Versioning;
  setVersioning(versioning: Versioning): void;
  /** Keys that have versions, in the order of their UTF-8 bytes. */
  keys(): readonly string[];
  /** All versions and delete markers of a key, newest first. */
  versions(key: string): readonly ObjectVersion[];
  /** All versions of all keys, in no order. */
  everything(): Iterable<ObjectVersion>;
  /** Adds the newest version; answers the unversioned one that it replaced, whose content is to be removed. */
  add(version: NewVersion): { added: ObjectVersion; replaced: ObjectVersion | undefined };
  setTags(version: ObjectVersion, tags: Record<string, string>): void;
  remove(version: ObjectVersion): void;
}

/** Makes the folder of a bucket that is not there yet. */
export function makeBucket(directory: string): void {
  mkdirSync(join(directory, 'versions'), { recursive: true });
  mkdirSync(join(directory, 'uploads'), { recursive: true });
  writeJsonFile(join(directory, 'bucket.json'), { createdAt: Date.now() } satisfies Settings);
}

/** Reads a bucket's index from its folder. */
export function openBucket(name: string, directory: string): Bucket {
  const settings = readJsonFile<Settings>(join(directory, 'bucket.json'));
  const index = new Map<string, ObjectVersion[]>();
  let sequence = 0;
  let sortedKeys: readonly string[] | undefined;
  const file = (version: ObjectVersion) => join(directory, 'versions', `${version.sequence}.json`);

  const enter = (version: ObjectVersion) => {
    const versions = index.get(version.key);
    if (versions) versions.unshift(version);
    else {
      index.set(version.key, [version]);
      sortedKeys = undefined;
    }
    sequence = Math.max(sequence, version.sequence);
  };
  const leave = (version: ObjectVersion) => {
    rmSync(file(version), { force: true });
    const rest = (index.get(version.key) ?? []).filter((one) => one.sequence !== version.sequence);
    if (rest.length > 0) index.set(version.key, rest);
    else if (index.delete(version.key)) sortedKeys = undefined;
  };
  const unversioned = (key: string) => index.get(key)?.find((version) => version.versionId === 'null');

  const stored = readJsonFiles<ObjectVersion>(join(directory, 'versions'));
  for (const version of stored.sort((a, b) => a.sequence - b.sequence)) {
    const replaced = version.versionId === 'null' ? unversioned(version.key) : undefined;
    if (replaced) leave(replaced);
    enter(version);
  }

  return {
    name,
    directory,
    createdAt: settings.createdAt,
    versioning: () => settings.versioning,
    setVersioning: (versioning) => {
      settings.versioning = versioning;
      writeJsonFile(join(directory, 'bucket.json'), settings);
    },
    keys: () => {
      sortedKeys ??= inByteOrder([...index.keys()]);
      return sortedKeys;
    },
    versions: (key) => index.get(key) ?? [],
    everything: function* () {
      for (const versions of index.values()) yield* versions;
    },
    add: (version) => {
      const versionId =
        settings.versioning === 'Enabled'
          ? randomBytes(24).toString('base64url').replaceAll('-', '.')
          : 'null';
      const replaced = versionId === 'null' ? unversioned(version.key) : undefined;
      const modifiedAt = Math.floor(Date.now() / 1000) * 1000;
      const added = { ...version, versionId, sequence: sequence + 1, modifiedAt };
      writeJsonFile(file(added), added);
      if (replaced) leave(replaced);
      enter(added);
      return { added, replaced };
    },
    setTags: (version, tags) => {
      writeJsonFile(file(version), { ...version, tags });
      version.tags = tags;
    },
    remove: leave,
  };
}

/** Sorts as S3 lists: by UTF-8 bytes, which differs from JavaScript's order beyond the basic plane. */
function inByteOrder(keys: string[]): string[] {
  return keys
    .map((key) => ({ key, bytes: Buffer.from(key) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ key }) => key);
}
