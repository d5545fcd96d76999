import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { S3Error } from './s3-error.ts';

/** Elements by name, as fast-xml-parser reads and writes them; text is always a string. */
export type XmlElement = { [name: string]: XmlValue };
export type XmlValue = string | number | boolean | undefined | XmlElement | XmlValue[];

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Every special character and line break as a reference: the builder leaves line breaks, which parsers normalise. */
const escapeText = (text: unknown) =>
  String(text).replace(/[&<>"\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  processEntities: false,
  tagValueProcessor: (_name, value) => escapeText(value),
});

const repeated = new Set(['Object', 'Part', 'Tag']);
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  isArray: (name) => repeated.has(name),
});

/** Writes a document; elements that are undefined are left out. */
export function writeXml(root: string, content: XmlElement, { plain = false } = {}): string {
  const attributes = plain ? {} : { '@xmlns': namespace };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [root]: { ...attributes, ...content } })}`;
}

/** Reads the content of a document with that root. Throws S3Error MalformedXML. */
export function readXml(text: string, root: string): XmlElement {
  if (XMLValidator.validate(text) === true) {
    const content = (parser.parse(text) as XmlElement)[root];
    if (content === '') return {};
    if (typeof content === 'object' && !Array.isArray(content)) return content;
  }
  throw new S3Error('MalformedXML', `The XML you provided is not a well-formed ${root}`);
}

/** The repeated elements of that name. */
export function elements(parent: XmlValue, name: string): XmlElement[] {
  const found = typeof parent === 'object' && !Array.isArray(parent) ? parent[name] : undefined;
  return Array.isArray(found) ? (found.filter((one) => typeof one === 'object') as XmlElement[]) : [];
}

/** The text of an element, undefined if it is not there. */
export function text(parent: XmlElement, name: string): string | undefined {
  const value = parent[name];
  return typeof value === 'string' ? value : undefined;
}
