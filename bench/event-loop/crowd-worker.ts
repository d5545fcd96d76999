import { propertyReport } from '../../tasks/property-report/task.ts';
import { propertyUpload } from '../../tasks/property-upload/task.ts';
import { startProcess } from '../measuring/ask.ts';
import type { BenchCloud } from '../measuring/bench-cloud.ts';
import type { ResourcesTaken } from '../measuring/resource-meter.ts';
import type { IdleQuestions } from '../measuring/run-idle.ts';
import type { VisibilitySeen } from '../measuring/watch-visibility.ts';
import { putFile } from '../upload/measure.ts';

/** What is worked on at once. */
export interface Crowd {
  /** Of the large file. */
  rows: number;
  /** Properties in each report. */
  reportRows: number;
  /** For how long at least; uploads follow each other. */
  seconds: number;
}

/** How the worker kept its event loop and its messages meanwhile. */
export interface Crowded extends ResourcesTaken {
  seconds: number;
  uploads: number;
  reports: number;
  /** Of a process beside it that does nothing: what the machine alone costs. */
  idleLoopDelayP99Ms: number;
  visibility: VisibilitySeen;
}

/**
 * Has one worker load a large file again and again, and print reports as PDF beside it, two at a time, each begun as soon
 * as one has ended: parsing, checking, laying out and typesetting, with the database and S3 between them.
 */
export async function crowdWorker(cloud: BenchCloud, { rows, reportRows, seconds }: Crowd): Promise<Crowded> {
  const large = await putFile(cloud, { rows });
  const small = await putFile(cloud, { rows: reportRows, badPercent: 0 });
  const worker = await cloud.startWorker();
  await cloud.run(propertyUpload, { file: small.file, landlordId: 'L-2' });
  await cloud.run(propertyReport, { landlordId: 'L-2', format: 'pdf' });

  const idle = startProcess<IdleQuestions>(new URL('../measuring/run-idle.ts', import.meta.url));
  await idle.ask('meter');
  const startedAt = performance.now();
  const passed = () => (performance.now() - startedAt) / 1000;
  let isOver = false;
  const repeat = async (what: () => Promise<unknown>, isEnough: () => boolean) => {
    let times = 0;
    do {
      await what();
      times += 1;
    } while (!isEnough());
    return times;
  };
  const report = () => cloud.run(propertyReport, { landlordId: 'L-2', format: 'pdf' });
  const crowded = await worker.metered(async () => {
    const reports = [1, 2].map(() => repeat(report, () => isOver));
    const uploads = await repeat(
      () => cloud.run(propertyUpload, { file: large.file, landlordId: 'L-1' }),
      () => passed() >= seconds,
    );
    isOver = true;
    const printed = await Promise.all(reports);
    return { seconds: passed(), uploads, reports: printed.reduce((sum, one) => sum + one, 0) };
  });
  const { loopDelayP99Ms: idleLoopDelayP99Ms } = await idle.ask('taken');
  await idle.end();
  await worker.stop();
  return { ...crowded, idleLoopDelayP99Ms, visibility: await cloud.visibility() };
}
