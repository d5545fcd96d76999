/** A compound file as Office wrote before 2007, with nothing but its directory: that many streams of these names. */
export function writeCompoundFile(...streams: string[]): Buffer {
  const sectorBytes = 512;
  const header = Buffer.alloc(sectorBytes);
  header.write('d0cf11e0a1b11ae1', 'hex');
  header.writeUInt16LE(9, 30);
  const directorySector = 3;
  header.writeUInt32LE(directorySector, 48);
  const directory = Buffer.concat(['Root Entry', ...streams].map(directoryEntry));
  return Buffer.concat([header, Buffer.alloc(directorySector * sectorBytes), directory]);
}

function directoryEntry(name: string): Buffer {
  const entry = Buffer.alloc(128);
  entry.write(name, 0, 'utf16le');
  entry.writeUInt16LE(2 * (name.length + 1), 64);
  return entry;
}
