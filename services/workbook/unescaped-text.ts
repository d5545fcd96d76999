/** How a workbook writes a character that XML cannot have, and a `_` that would otherwise begin such an escape. */
const escapes = /_x([\da-f]{4})_/gi;
const underscore = 95;

/**
 * The text of a cell with its escapes resolved, such as `_x000D_` for a CR; in most there is none. NUL, which no register
 * can store, stays as it was written.
 */
export function unescapedText(bytes: Buffer): Buffer {
  for (let at = bytes.indexOf(underscore); at >= 0; at = bytes.indexOf(underscore, at + 1)) {
    const x = bytes[at + 1];
    if ((x !== 120 && x !== 88) || bytes[at + 6] !== underscore) continue;
    return Buffer.from(
      bytes
        .toString()
        .replaceAll(escapes, (found, hex: string) =>
          hex === '0000' ? found : String.fromCharCode(Number.parseInt(hex, 16)),
        ),
    );
  }
  return bytes;
}
