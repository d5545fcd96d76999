import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { barChart } from './bar-chart.ts';
import { loadFonts } from './fonts.ts';
import type { ReportDocument } from './report-document.ts';
import { breakable, shownText } from './shown-text.ts';

/**
 * Typesets documents as PDF/UA-1, one after the other, keeping this thread busy meanwhile. Data reaches the template as
 * JSON and never as markup. `folder` holds `report.typ`. Each document leaves some memory behind.
 */
export function createTypesetting(
  folder: string,
): (document: ReportDocument, creationSeconds: number) => Buffer {
  const { files, shown } = loadFonts();
  const compiler = NodeCompiler.create({ workspace: folder, fontArgs: [{ fontBlobs: files }] });
  const template = readFileSync(join(folder, 'report.typ'), 'utf8');

  return (document, creationSeconds) => {
    const report = templateData(document, shown);
    const compiled = compiler.compile({ mainFileContent: template, inputs: { report } });
    const failure = compiled.takeError();
    if (compiled.result === null || failure !== null) {
      const reasons = failure === null ? [] : failure.shortDiagnostics.map((one) => JSON.stringify(one));
      throw new Error(`The report could not be typeset: ${reasons.join('; ') || 'Typst gave no reason'}`);
    }
    const pdf = compiler.pdf(compiled.result, { pdfStandard: 'ua-1', creationTimestamp: creationSeconds });
    compiler.evictCache(0);
    return pdf;
  };
}

/** What the template reads: the document in characters that can be shown, its charts drawn. */
function templateData(document: ReportDocument, shown: (codePoint: number) => boolean): string {
  const text = JSON.stringify(document, (_, value) =>
    typeof value === 'string' ? breakable(shownText(value, shown)) : value,
  );
  const { charts, ...rest } = JSON.parse(text) as ReportDocument;
  return JSON.stringify({
    ...rest,
    charts: charts.map((chart) => ({ svg: barChart(chart), alt: chart.alt, caption: chart.caption })),
  });
}
