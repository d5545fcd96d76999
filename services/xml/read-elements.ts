import { XmlScanner } from './xml-scanner.ts';
import type { XmlTag } from './xml-tag.ts';

/** Tells every element of a whole XML text as it begins; `depth` is 1 for the outermost. Throws FileRejected. */
export function readElements(bytes: Uint8Array, onOpen: (tag: XmlTag, depth: number) => void): void {
  const scanner = new XmlScanner({ onOpen, onText: () => {}, onClose: () => {} });
  scanner.write(bytes);
  scanner.end();
}
