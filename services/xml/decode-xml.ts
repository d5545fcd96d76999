import { damagedWorkbook } from './damaged-workbook.ts';

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The bytes between two places with references resolved and every line end as LF. */
export function decodeXml(bytes: Buffer, start: number, end: number): Buffer {
  return Buffer.from(
    bytes
      .toString('utf8', start, end)
      .replaceAll(/\r\n?|&([^;&]*;?)/g, (found, reference: string | undefined) => {
        if (reference === undefined) return '\n';
        if (!reference.endsWith(';')) throw damagedWorkbook(`${found.slice(0, 20)} is no reference`);
        return referred(reference.slice(0, -1));
      }),
  );
}

function referred(reference: string): string {
  const known = Object.hasOwn(named, reference) ? named[reference] : undefined;
  if (known !== undefined) return known;
  const [, hex, decimal] = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(reference) ?? [];
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (!isCharacter(code)) throw damagedWorkbook(`&${reference.slice(0, 20)}; is no reference`);
  return String.fromCodePoint(code);
}

/** What XML takes for a character. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x1_0000 && code <= 0x10_ffff);
}
