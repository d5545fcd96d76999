import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { type BenchCloud, type BenchWorker, startBenchCloud } from '../../bench/measuring/bench-cloud.ts';
import { putFile } from '../../bench/upload/measure.ts';
import type { FileVersion } from '../../services/files/files.ts';
import { complianceReport } from '../../tasks/compliance-report/task.ts';
import { propertyReport } from '../../tasks/property-report/task.ts';
import { propertyUpload } from '../../tasks/property-upload/task.ts';
import { uploadReport } from '../../tasks/upload-report/task.ts';

const help = `Draws the pages of every report as pictures, to be looked at: documents as poppler and spreadsheets as LibreOffice
shows them. Debian has both: apt-get install poppler-utils libreoffice-calc

  npm run test:pictures                     into .slackwater/pictures
  npm run test:pictures -- --to folder      elsewhere
  npm run test:pictures -- --rows 20000     of a register with so many properties (default: 3000)
`;

const run = promisify(execFile);
const patienceMilliseconds = 300_000;
const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    to: { type: 'string', default: path.join('.slackwater', 'pictures') },
    rows: { type: 'string', default: '3000' },
  },
});

if (values.help) console.log(help);
else await draw(path.resolve(values.to));

async function draw(folder: string): Promise<void> {
  await mustHave('pdftoppm', 'poppler-utils');
  await mustHave('soffice', 'libreoffice-calc');
  await mkdir(folder, { recursive: true });
  const cloud = await startBenchCloud();
  try {
    const worker = await cloud.startWorker();
    const { file } = await putFile(cloud, { rows: Number(values.rows) });
    await worker.work(propertyUpload, { file, landlordId: 'L-1' });
    await writeReports(cloud, worker, folder);
    await worker.stop();
  } finally {
    await cloud.stop();
  }
  // A profile of its own: one that another LibreOffice has open would make this one leave without a word.
  const profile = `-env:UserInstallation=${pathToFileURL(path.join(folder, 'profile'))}`;
  const spreadsheets = path.join(folder, 'spreadsheets');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.xlsx'));
  const conversion = ['--headless', '--convert-to', 'pdf', '--outdir', spreadsheets];
  await run('soffice', [profile, ...conversion, ...names], { cwd: folder, timeout: patienceMilliseconds });
  for (const cwd of [folder, spreadsheets]) await drawPages(cwd);
  console.log(`The pictures lie in ${folder}`);
}

/** The first pages of each document of a folder. */
async function drawPages(cwd: string): Promise<void> {
  for (const name of (await readdir(cwd)).filter((one) => one.endsWith('.pdf'))) {
    await run('pdftoppm', ['-r', '60', '-png', '-l', '6', name, name.replace(/\.pdf$/, '')], { cwd });
  }
}

async function writeReports(cloud: BenchCloud, worker: BenchWorker, folder: string): Promise<void> {
  for (const format of ['pdf', 'xlsx'] as const) {
    const one = async (name: string, work: () => Promise<{ result: { report: FileVersion } }>) => {
      const { result } = await work();
      const content = await buffer(await cloud.files.read(result.report));
      await writeFile(path.join(folder, `${name}.${format}`), content);
    };
    await one('certificates', () => worker.work(complianceReport, { format }));
    await one('councils', () => worker.work(complianceReport, { format, detail: 'councils' }));
    await one('properties', () => worker.work(propertyReport, { format, localCouncilCode: '250' }));
    await one('uploads', () => worker.work(uploadReport, { format }));
    await one('nothing', () => worker.work(complianceReport, { format, localCouncilCode: '9' }));
  }
}

async function mustHave(program: string, debianPackage: string): Promise<void> {
  await run('which', [program]).catch(() => {
    throw new Error(`${program} is not installed: apt-get install ${debianPackage}`);
  });
}
