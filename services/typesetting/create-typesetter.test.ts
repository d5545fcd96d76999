import fc from 'fast-check';
import { extractText, getMeta } from 'unpdf';
import { afterAll, describe, expect, it } from 'vitest';
import { createTypesetter } from './create-typesetter.ts';
import type { ReportDocument } from './report-document.ts';
import { TypesettingFailed } from './typesetter.ts';

const entry = new URL('../../worker/typesetting.ts', import.meta.url);
const typesetter = createTypesetter({ entry });
afterAll(() => typesetter.close());

const createdAt = new Date('2026-06-15T12:00:00Z');
const signal = new AbortController().signal;
const columns = [
  { title: 'Home', width: 2, align: 'start' as const },
  { title: 'Rent', width: 1, align: 'end' as const },
];
const empty: ReportDocument = {
  title: 'Homes',
  subtitle: '',
  footer: '',
  facts: [],
  summary: [],
  totals: [],
  charts: [],
  sections: [],
};
const typeset = (document: Partial<ReportDocument>) =>
  typesetter.pdf({ ...empty, ...document }, { signal, createdAt });
const textOf = async (pdf: Buffer) => {
  const { text, totalPages } = await extractText(new Uint8Array(pdf), { mergePages: true });
  return { text: text.replaceAll(/\s+/g, ' '), totalPages };
};

describe('a document', () => {
  it('says of itself that it is PDF/UA, tagged, in English, and what it is called', async () => {
    const pdf = await typeset({ title: 'Homes of Anytown' });
    const { info, metadata } = await getMeta(new Uint8Array(pdf));
    expect(info).toMatchObject({ Title: 'Homes of Anytown', Language: 'en-GB' });
    expect(metadata?.get('pdfuaid:part')).toBe('1');
    expect(pdf.toString('latin1')).toContain('/Marked true');
  });

  it('has title, facts, summary, totals and every row of its tables, and repeats their headers', async () => {
    const rows = Array.from({ length: 150 }, (_, index) => [`${index + 1} High Street`, `£${index}.00`]);
    const { text, totalPages } = await textOf(
      await typeset({
        subtitle: 'Council 1234',
        footer: 'Homes, 15 June 2026',
        facts: [['As of', '15 June 2026']],
        summary: ['150 homes.'],
        totals: [{ title: 'In all', columns, rows: [['All', '150']] }],
        charts: [
          {
            bars: ['Gas'],
            series: [{ name: 'Expired', counts: [3] }],
            unit: 'homes',
            alt: 'Gas: 3 expired',
            caption: 'Certificates',
          },
        ],
        sections: [{ title: 'All homes', note: 'By address.', columns, rows }],
      }),
    );
    for (const said of [
      'Council 1234',
      'As of 15 June 2026',
      '150 homes.',
      'All 150',
      'Certificates',
      'By address.',
    ])
      expect(text).toContain(said);
    for (const [home = '', rent = ''] of rows) expect(text).toContain(`${home} ${rent}`);
    expect(text.split('Home Rent')).toHaveLength(totalPages);
    expect(text).toContain(`Page 1 of ${totalPages}`);
  });

  it('is the same for the same report', async () => {
    expect((await typeset({ summary: ['x'] })).equals(await typeset({ summary: ['x'] }))).toBe(true);
  });
});

describe('text', () => {
  it.each([
    '#strong[no] *no* _no_ $x^2$ @no <no> `no` = no',
    '#sys.inputs #read("report.typ") #eval("1+1")',
    '\\ " \' // /* no */ ~ -- --- ...',
    '<script>alert(1)</script> &amp; {{no}}',
    'Zürich Łódź Αθήνα Київ Ērgļi',
  ])('stays as it is: %s', async (said) => {
    expect((await textOf(await typeset({ summary: [said] }))).text).toContain(said);
  });

  // Each run typesets a whole document, which a busy machine delays.
  it('of any kind makes a document, in every place', { timeout: 90_000 }, async () => {
    const anything = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(anything, async (said) => {
        const pdf = await typeset({
          title: said,
          subtitle: said,
          footer: said,
          facts: [[said, said]],
          summary: [said],
          totals: [{ title: said, columns: [{ title: said, width: 1, align: 'start' }], rows: [[said]] }],
          charts: [
            { bars: [said], series: [{ name: said, counts: [1] }], unit: said, alt: said, caption: said },
          ],
          sections: [{ title: said, note: said, columns, rows: [[said, said]] }],
        });
        expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      }),
      { numRuns: 25 },
    );
  });

  it('that no font has is marked, and the rest of it stays', async () => {
    expect((await textOf(await typeset({ summary: ['Flat 你, Zürich'] }))).text).toContain(
      'Flat \ufffd, Zürich',
    );
  });
});

describe('a process', () => {
  it('that dies fails its document alone', async () => {
    const mortal = createTypesetter({
      entry: new URL('../../test/typesetting/dying-process.ts', import.meta.url),
    });
    const pdf = () => mortal.pdf(empty, { signal, createdAt });
    const first = pdf();
    await expect(first).rejects.toThrow(TypesettingFailed);
    await expect(first).rejects.toThrow('exit code 7');
    await expect(pdf()).rejects.toThrow('exit code 7');
    mortal.close();
  });

  it('is killed when the document is no longer wanted, and the next document is made', async () => {
    const abort = new AbortController();
    const rows = Array.from({ length: 5_000 }, () => ['a', 'b']);
    const long = { ...empty, sections: [{ title: 's', note: '', columns, rows }] };
    const unwanted = typesetter.pdf(long, { signal: abort.signal, createdAt });
    const next = typeset({ summary: ['next'] });
    abort.abort(new Error('no longer wanted'));
    await expect(unwanted).rejects.toThrow('no longer wanted');
    expect((await textOf(await next)).text).toContain('next');
  });

  it('is followed by another after so many documents', async () => {
    const oneEach = createTypesetter({ entry, documentsPerProcess: 1 });
    const made = await Promise.all([1, 2].map(() => oneEach.pdf(empty, { signal, createdAt })));
    expect(made[0]?.equals(made[1] as Buffer)).toBe(true);
    oneEach.close();
  });
});
