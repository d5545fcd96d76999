import { S3Error } from './s3-error.ts';
import { elements, readXml, text, type XmlElement } from './s3-xml.ts';

/** Reads the tags of an `x-amz-tagging` header, written like a query. Throws S3Error InvalidTag. */
export function readTagHeader(header: string): Record<string, string> {
  return checkTags([...new URLSearchParams(header)]);
}

/** Reads a Tagging document. Throws S3Error MalformedXML or InvalidTag. */
export function readTagXml(xml: string): Record<string, string> {
  const set = readXml(xml, 'Tagging').TagSet;
  return checkTags(elements(set, 'Tag').map((tag) => [text(tag, 'Key') ?? '', text(tag, 'Value') ?? '']));
}

/** The content of a Tagging document. */
export function tagSet(tags: Record<string, string>): XmlElement {
  return { TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } };
}

function checkTags(tags: [string, string][]): Record<string, string> {
  if (tags.length > 10) throw new S3Error('InvalidTag', 'Object tags cannot be greater than 10');
  for (const [index, [name, value]] of tags.entries()) {
    if (name.length < 1 || name.length > 128) {
      throw new S3Error('InvalidTag', 'The TagKey you have provided is invalid', {
        details: { TagKey: name },
      });
    }
    if (value.length > 256) {
      throw new S3Error('InvalidTag', 'The TagValue you have provided is invalid', {
        details: { TagKey: name },
      });
    }
    if (tags.findIndex(([other]) => other === name) !== index) {
      throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key', {
        details: { TagKey: name },
      });
    }
  }
  return Object.fromEntries(tags);
}
