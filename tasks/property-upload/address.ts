import { hash } from 'node:crypto';

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
  const last = parts.length - 1;
  const words = parts.map((part = '', index) => {
    const normal = normalized(part.toLowerCase());
    return index === last ? normal.replaceAll(' ', '') : normal;
  });
  return hash('sha256', words.filter((word) => word !== '').join(' '));
}

const isNormal = /^[a-z0-9]+(?: [a-z0-9]+)*$/;

function normalized(part: string): string {
  // Most parts are so already, which is much faster to see than to bring about.
  if (isNormal.test(part)) return part;
  return part.replace(/[\p{White_Space}\p{P}]+/gu, ' ').replace(/^ | $/g, '');
}
