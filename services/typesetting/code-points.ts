/**
 * The code points for which a TrueType font has a glyph, read from its `cmap` table (formats 4 and 12, which every
 * font of today has). Throws an Error if the font has neither.
 */
export function codePointsOf(font: Buffer): Set<number> {
  const table = tableOf(font, 'cmap');
  const formats = new Map(
    Array.from({ length: table.readUInt16BE(2) }, (_, index) => {
      const subtable = table.subarray(table.readUInt32BE(8 + index * 8));
      return [subtable.readUInt16BE(0), subtable] as const;
    }),
  );
  const [segments, groups] = [formats.get(4), formats.get(12)];
  if (groups) return new Set(inGroups(groups));
  if (segments) return new Set(inSegments(segments));
  throw new Error(`The font's cmap has the formats ${[...formats.keys()]}, and 4 or 12 is needed`);
}

function tableOf(font: Buffer, name: string): Buffer {
  for (let index = 0; index < font.readUInt16BE(4); index += 1) {
    const record = 12 + index * 16;
    if (font.toString('latin1', record, record + 4) === name)
      return font.subarray(font.readUInt32BE(record + 8));
  }
  throw new Error(`The file is no TrueType font: it has no table ${name}`);
}

/** Format 12: ranges of code points, each with consecutive glyphs. */
function* inGroups(subtable: Buffer): Generator<number> {
  for (let index = 0; index < subtable.readUInt32BE(12); index += 1) {
    const group = 16 + index * 12;
    const last = subtable.readUInt32BE(group + 4);
    for (let codePoint = subtable.readUInt32BE(group); codePoint <= last; codePoint += 1) yield codePoint;
  }
}

/** Format 4: ranges of code points whose glyph is reckoned by a delta, or looked up; glyph 0 means none. */
function* inSegments(subtable: Buffer): Generator<number> {
  const size = subtable.readUInt16BE(6);
  for (let offset = 0; offset < size; offset += 2) {
    const last = subtable.readUInt16BE(14 + offset);
    const first = subtable.readUInt16BE(16 + size + offset);
    const delta = subtable.readUInt16BE(16 + 2 * size + offset);
    const rangeAt = 16 + 3 * size + offset;
    const range = subtable.readUInt16BE(rangeAt);
    for (let codePoint = first; codePoint <= last && codePoint < 0xffff; codePoint += 1) {
      const listed =
        range === 0 ? codePoint : subtable.readUInt16BE(rangeAt + range + 2 * (codePoint - first));
      if (listed !== 0 && ((listed + delta) & 0xffff) !== 0) yield codePoint;
    }
  }
}
