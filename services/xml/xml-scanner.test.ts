import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { FileRejected } from '../files/file-rejected.ts';
import { xmlName } from './xml-name.ts';
import { XmlScanner } from './xml-scanner.ts';

/** What a text consists of, as lines; text that comes in pieces is put together. */
function scan(bytes: Buffer, pieceBytes = 1 << 20): string[] {
  const events: string[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') events.push(`text ${text}`);
    text = '';
  };
  const scanner = new XmlScanner({
    onOpen: (tag, depth) => {
      flush();
      const named = ['a', 'b', 'é'].map((name) => `${name}=${tag.attribute(name)}`);
      events.push(`open ${tag.code === 0 ? 'long' : tag.code} ${depth} ${named.join(' ')}`);
    },
    onText: (bytes, start, end) => {
      text += bytes.toString('utf8', start, end);
    },
    onClose: (code, depth) => {
      flush();
      events.push(`close ${code === 0 ? 'long' : code} ${depth}`);
    },
  });
  for (let at = 0; at < bytes.length; at += pieceBytes) scanner.write(bytes.subarray(at, at + pieceBytes));
  scanner.end();
  return events;
}

/** What an independent parser says of it. */
function oracle(xml: string): string[] {
  const events: string[] = [];
  let depth = 0;
  let text = '';
  const flush = () => {
    if (text !== '' && depth > 0) events.push(`text ${text}`);
    text = '';
  };
  const code = (name: string) => xmlName(name.replace(/^.*:/, '')) || 'long';
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    flush();
    depth += 1;
    const local = new Map(Object.entries(attributes).map(([key, value]) => [key.replace(/^.*:/, ''), value]));
    const named = ['a', 'b', 'é'].map((key) => `${key}=${local.get(key)}`);
    events.push(`open ${code(name)} ${depth} ${named.join(' ')}`);
  });
  parser.on('text', (piece) => {
    text += piece;
  });
  parser.on('cdata', (piece) => {
    text += piece;
  });
  parser.on('closetag', ({ name }) => {
    flush();
    events.push(`close ${code(name)} ${depth}`);
    depth -= 1;
  });
  parser.write(xml).close();
  return events;
}

const words = fc.constantFrom(
  ...[
    'x',
    ' ',
    '\n',
    '\r',
    '\r\n',
    '\t',
    'é',
    '😀',
    '&amp;',
    '&lt;',
    '&#13;',
    '&#x1F600;',
    '&quot;',
    ']',
    '>',
  ],
);
const text = fc.array(words, { maxLength: 6 }).map((parts) => parts.join('').replaceAll(']]>', ''));
const name = fc.constantFrom('a', 'row', 'c', 'sheetData', 'x:v', 'é', 'w:long.name');
const attributes = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'x:b', 'é', 'xml:space'), text, fc.constantFrom('"', "'")), {
    selector: ([key]) => key,
    maxLength: 3,
  })
  .map((all) =>
    all.map(([key, value, quote]) => ` ${key} = ${quote}${value.replaceAll(quote, '')}${quote}`).join(''),
  );
const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  element: fc
    .tuple(name, attributes, fc.array(tie('content'), { maxLength: 3 }), fc.boolean())
    .map(([tag, all, inside, closes]) =>
      inside.length === 0 && closes ? `<${tag}${all}/>` : `<${tag}${all} >${inside.join('')}</${tag}\n>`,
    ),
  content: fc.oneof(
    { depthSize: 'small' },
    text,
    text.map((raw) => `<![CDATA[${raw}]]>`),
    text.map((raw) => `<!--${raw} -->`),
    text.map((raw) => `<?x ${raw.replaceAll('?', '')}?>`),
    tie('element'),
  ),
}));
const document = fc
  .tuple(fc.constantFrom('', '\ufeff', '<?xml version="1.0" encoding="UTF-8"?>\r\n', '<!-- -->\n'), element)
  .map(([beginning, root]) => `${beginning}${root}\n<!---->`);

describe('any XML', () => {
  it('is read as an independent parser reads it, whatever the pieces', () => {
    fc.assert(
      fc.property(document, fc.integer({ min: 1, max: 9 }), (xml, pieceBytes) => {
        expect(scan(Buffer.from(xml), pieceBytes)).toEqual(oracle(xml));
      }),
      { numRuns: 500 },
    );
  });

  it('that was damaged is read the same or refused the same, whatever the pieces', () => {
    const damage = fc.record({
      at: fc.nat(200),
      byte: fc.constantFrom(...Buffer.from('<>/&;"\'=! ]-?\0\xff', 'latin1')),
    });
    const outcome = (bytes: Buffer, pieceBytes: number) => {
      try {
        return scan(bytes, pieceBytes);
      } catch (error) {
        if (!(error instanceof FileRejected)) throw error;
        return 'refused';
      }
    };
    fc.assert(
      fc.property(document, damage, fc.integer({ min: 1, max: 9 }), (xml, { at, byte }, pieceBytes) => {
        const bytes = Buffer.from(xml);
        bytes[at % bytes.length] = byte;
        expect(outcome(bytes, pieceBytes)).toEqual(outcome(bytes, 1 << 20));
      }),
      { numRuns: 500 },
    );
  });
});

it.each([
  ['nothing', ''],
  ['two outermost elements', '<a/><a/>'],
  ['text outside', '<a/>x'],
  ['no end', '<a><b></b>'],
  ['another end', '<a></b>'],
  ['no quotes', '<a b=c/>'],
  ['attributes that are not apart', '<a b="1"c="2"/>'],
  ['a tag inside a value', '<a b="<"/>'],
  ['no name', '< a/>'],
  ['a character that XML does not have', '<a>&#0;</a>'],
  ['half a pair of characters', '<a>&#xD800;</a>'],
  ['a reference that never ends', '<a>&amp</a>'],
  ['an entity of its own', '<a>&constructor;</a>'],
  ['a document type', '<!DOCTYPE a><a/>'],
  ['a tag without end', `<a ${'b'.repeat(100_000)}`],
  ['a thousand attributes', `<a${Array.from({ length: 1000 }, (_, at) => ` a${at}=""`).join('')}/>`],
])('XML with %s is refused', (_, xml) => {
  // Long ones in longer pieces: a tag is looked through anew with each piece, until it is whole or too long.
  for (const pieceBytes of [Math.max(7, xml.length >> 8), 1 << 20])
    expect(() => scan(Buffer.from(xml), pieceBytes)).toThrow(FileRejected);
});

it('text of any length comes in pieces, and nothing of it is kept', () => {
  let longest = 0;
  let bytes = 0;
  const scanner = new XmlScanner({
    onOpen: () => {},
    onText: (_, start, end) => {
      longest = Math.max(longest, end - start);
      bytes += end - start;
    },
    onClose: () => {},
  });
  scanner.write(Buffer.from('<a>'));
  for (let piece = 0; piece < 1000; piece += 1) scanner.write(Buffer.from('é'.repeat(5000)));
  scanner.write(Buffer.from('</a>'));
  scanner.end();
  expect({ longest, bytes }).toEqual({ longest: 10_000, bytes: 10_000_000 });
});
