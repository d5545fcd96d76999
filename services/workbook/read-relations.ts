import { posix } from 'node:path';
import { readElements } from '../xml/read-elements.ts';

/** What a part of a workbook has to do with another one. */
export interface Relation {
  id: string;
  /** The last word of the type's name, such as `worksheet`, which is the same in both variants of the format. */
  type: string;
  /** The other's name, without a slash in front. */
  target: string;
}

/** Where the relations of a part stand; those of the whole for an empty name. */
export function relationsPart(part: string): string {
  const { dir, base } = posix.parse(part);
  return posix.join(dir, '_rels', `${base}.rels`);
}

/** Reads the relations of a part from their own part. */
export function readRelations(bytes: Uint8Array, part: string): Relation[] {
  const relations: Relation[] = [];
  readElements(bytes, (tag) => {
    if (tag.name !== 'Relationship' || tag.attribute('TargetMode') === 'External') return;
    const target = posix.resolve('/', posix.dirname(part), tag.attribute('Target') ?? '').slice(1);
    const type = tag.attribute('Type')?.split('/').at(-1) ?? '';
    relations.push({ id: tag.attribute('Id') ?? '', type, target });
  });
  return relations;
}
