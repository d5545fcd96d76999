import { crc32, deflateRawSync } from 'node:zlib';

/** A file to be put into a ZIP, and what the ZIP is to say of it that is not so. */
export interface ZipContent {
  name: string;
  content: string | Buffer;
  /** Default: deflated. */
  method?: 'stored' | 'deflated' | 'unknown';
  isEncrypted?: boolean;
  /** What the ZIP says of its bytes once unpacked. Default: the truth. */
  saidBytes?: number;
  /** Where the ZIP says that it starts. Default: the truth. */
  saidStart?: number;
}

const methods = { stored: 0, deflated: 8, unknown: 14 };
const isUtf8 = 0x800;

/** A ZIP as Windows makes it, unless it is told to lie. */
export function writeZip(...contents: ZipContent[]): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let end = 0;
  for (const { name, content, method = 'deflated', isEncrypted = false, saidBytes, saidStart } of contents) {
    const bytes = Buffer.from(content);
    const packed = method === 'deflated' ? deflateRawSync(bytes) : bytes;
    const nameBytes = Buffer.from(name);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(isUtf8 | (isEncrypted ? 1 : 0), 2);
    facts.writeUInt16LE(methods[method], 4);
    facts.writeUInt32LE(crc32(bytes), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(saidBytes ?? bytes.length, 18);
    facts.writeUInt16LE(nameBytes.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(saidStart ?? end, 10);
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), facts, rest, nameBytes]));
    const local = [Buffer.from('PK\x03\x04', 'latin1'), facts, nameBytes, packed];
    locals.push(...local);
    end += local.reduce((sum, { length }) => sum + length, 0);
  }
  const directory = Buffer.concat(entries);
  const tail = Buffer.alloc(22);
  tail.write('PK\x05\x06', 'latin1');
  tail.writeUInt16LE(contents.length, 8);
  tail.writeUInt16LE(contents.length, 10);
  tail.writeUInt32LE(directory.length, 12);
  tail.writeUInt32LE(end, 16);
  return Buffer.concat([...locals, directory, tail]);
}
