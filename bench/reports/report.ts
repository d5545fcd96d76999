import type { ComparedReports } from './compare.ts';

const goals = { csvToCopy: 0.75, csvMiB: 60, xlsxToExceljs: 1, xlsxMiB: 150, pdfPages: 200, pdfSeconds: 10 };
const mebibyte = 2 ** 20;

/** What was found, for people. */
export function tableOf(compared: ComparedReports): string {
  const { rows, rounds, csv, xlsx, exceljs, pdf } = compared;
  const memory = (bytes: number) => `${(bytes / mebibyte).toFixed(0)} MiB above idle`;
  const size = (bytes: number) => `${(bytes / mebibyte).toFixed(0)} MiB`;
  return [
    `Reports of ${rows} properties; medians of ${rounds}`,
    `  CSV            ${csv.seconds.toFixed(1)} s, ${size(csv.sizeBytes)}, ${memory(csv.memoryBytes)} (goal ${goals.csvMiB})`,
    `  its COPY, read and dropped     ${compared.copyOfReport.toFixed(1)} s: ours has ${compared.csvToCopy.toFixed(2)}× its rate (goal ${goals.csvToCopy})`,
    `  COPY of the table, dropped     ${compared.copyOfTable.toFixed(1)} s: ours has ${compared.csvToTable.toFixed(2)}× its rate`,
    `  spreadsheet    ${xlsx.seconds.toFixed(1)} s, ${size(xlsx.sizeBytes)}, ${memory(xlsx.memoryBytes)} (goal ${goals.xlsxMiB})`,
    `  exceljs        ${exceljs.seconds.toFixed(1)} s, ${size(exceljs.sizeBytes)}, ${memory(exceljs.memoryBytes)}: ours has ${compared.xlsxToExceljs.toFixed(2)}× its rate (goal: more than ${goals.xlsxToExceljs})`,
    `  compliance PDF ${pdf.seconds.toFixed(1)} s, ${pdf.pages} pages: ${goals.pdfPages} take ${ofGoalPages(pdf).toFixed(1)} s (goal ${goals.pdfSeconds})`,
  ].join('\n');
}

/** What so many pages as the goal names take at that rate: the longest report has more. */
function ofGoalPages({ seconds, pages }: ComparedReports['pdf']): number {
  return (seconds * goals.pdfPages) / pages;
}

/** The benchmark's last line. */
export function summaryOf(compared: ComparedReports) {
  const { rows, rounds, csv, xlsx, exceljs, pdf, csvToCopy, xlsxToExceljs } = compared;
  const told = ({ seconds, memoryBytes }: ComparedReports['csv']) => ({
    seconds: Number(seconds.toFixed(2)),
    memoryMiB: Math.round(memoryBytes / mebibyte),
  });
  const isMissed: [goal: string, missed: boolean][] = [
    ['csvToCopy', csvToCopy < goals.csvToCopy],
    ['csvMemory', csv.memoryBytes > goals.csvMiB * mebibyte],
    ['xlsxToExceljs', xlsxToExceljs <= goals.xlsxToExceljs],
    ['xlsxMemory', xlsx.memoryBytes > goals.xlsxMiB * mebibyte],
    ['pdf', ofGoalPages(pdf) >= goals.pdfSeconds || pdf.pages < goals.pdfPages],
  ];
  return {
    rows,
    rounds,
    csvToCopy: Number(csvToCopy.toFixed(3)),
    csvToTable: Number(compared.csvToTable.toFixed(3)),
    xlsxToExceljs: Number(xlsxToExceljs.toFixed(2)),
    csv: told(csv),
    xlsx: told(xlsx),
    exceljs: told(exceljs),
    pdf: {
      pages: pdf.pages,
      seconds: Number(pdf.seconds.toFixed(2)),
      secondsOf200Pages: Number(ofGoalPages(pdf).toFixed(2)),
    },
    missed: isMissed.filter(([, missed]) => missed).map(([goal]) => goal),
  };
}
