import { createHash } from 'node:crypto';

/** The parts of an address in their order; those left out are undefined. */
export type AddressParts = readonly (string | undefined)[];

/** The address on one line: what must not be longer than 1000 characters. */
export function addressLine(parts: AddressParts): string {
  return parts.filter((part) => part !== undefined).join(', ');
}

/**
 * Names a property that has no uprn: SHA-256, in hex, of its address without case, with runs of white space and
 * punctuation as one blank and the postcode, which is the last part, without blanks.
 */
export function addressKey(parts: AddressParts): string {
  const words = parts.map((part, index) => {
    const normal = (part ?? '')
      .toLowerCase()
      .replace(/[\p{White_Space}\p{P}]+/gu, ' ')
      .replace(/^ | $/g, '');
    return index === parts.length - 1 ? normal.replaceAll(' ', '') : normal;
  });
  return createHash('sha256')
    .update(words.filter((word) => word !== '').join(' '))
    .digest('hex');
}
