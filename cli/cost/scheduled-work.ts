import { assumptions, hoursPerMonth } from './assumptions.ts';
import { type BillLine, line } from './bill.ts';
import { unitPrice } from './resource-costs.ts';
import { timesInYear, timesPerMonth } from './schedule-times.ts';
import { taskQueues } from './task-queues.ts';
import { idIn, ofType, type SynthesizedTemplate } from './template.ts';
import { workerLines, workerSizes } from './worker-size.ts';

/** A message that a schedule sends: when, in milliseconds since 1970, and to which queue. */
interface Firing {
  atMs: number;
  queue: string;
}

/**
 * What the catalogue's schedules cost also when nobody else asks for work. They wake a worker and the database; what comes
 * while those are awake is done by them, so schedules of the same minute wake them once.
 */
export function scheduledWork(template: SynthesizedTemplate): BillLine[] {
  const schedules = ofType(template, 'AWS::Scheduler::Schedule')
    .map(({ properties }) => properties)
    .filter(({ State }) => State !== 'DISABLED');
  const fired = schedules
    .flatMap(({ ScheduleExpression, ScheduleExpressionTimezone, Target }): Firing[] => {
      const queue = idIn(Target?.Arn) ?? '';
      if (template.Resources[queue]?.Type !== 'AWS::SQS::Queue') return [];
      return timesInYear(ScheduleExpression, ScheduleExpressionTimezone).map((atMs) => ({ atMs, queue }));
    })
    .sort((one, other) => one.atMs - other.atMs);
  const times = fired.map(({ atMs }) => atMs);
  return [
    ...schedules.map(({ ScheduleExpression }) =>
      line('Scheduler invocations', timesPerMonth(ScheduleExpression), 'schedule-invocation'),
    ),
    ...(fired.length > 0
      ? [...metricsTold(fired), ...workersWoken(template, times), ...databaseWoken(template, times)]
      : []),
  ];
}

/** CloudWatch charges a metric for every hour in which it is told. */
function metricsTold(fired: readonly Firing[]): BillLine[] {
  const { metricsPerWake, taskMetricsPerWake } = assumptions;
  const hours = new Set(fired.map(({ atMs }) => hourOf(atMs))).size;
  const taskHours = new Set(fired.map(({ atMs, queue }) => `${hourOf(atMs)} ${queue}`)).size;
  return [
    line(
      'Custom metrics of scheduled work',
      (metricsPerWake * hours + taskMetricsPerWake * taskHours) / hoursPerYear,
      'custom-metric',
      `assumed: ${metricsPerWake} for an hour each time, and ${taskMetricsPerWake} of the task`,
    ),
  ];
}

function workersWoken(template: SynthesizedTemplate, times: readonly number[]): BillLine[] {
  const { workerSecondsPerWake } = assumptions;
  const awake = awakeInMonth(times, workerSecondsPerWake);
  const note = `assumed: scheduled work keeps a worker for ${workerSecondsPerWake} s each time`;
  const workers = workerSizes(template).filter(({ atRest }) => atRest === 0);
  return [
    line(
      'CloudWatch metrics read while workers run',
      awake.hours * 60 * (2 + taskQueues(template)),
      'metric-read',
      'what is held and needed, and the length of attempts by task, every minute',
    ),
    line('Secrets Manager requests', awake.wakes * workers.length, 'secret-request', 'one a worker'),
    ...workers.flatMap((size) => workerLines(size, awake.hours, note)),
  ];
}

function databaseWoken(template: SynthesizedTemplate, times: readonly number[]): BillLine[] {
  const { databaseSecondsPerWake, unitsWorking, unitsWaiting } = assumptions;
  return ofType(template, 'AWS::RDS::DBCluster').flatMap(({ properties }) => {
    const scaling = properties.ServerlessV2ScalingConfiguration;
    if (scaling?.MinCapacity !== 0) return [];
    const pauseSeconds = scaling.SecondsUntilAutoPause ?? 300;
    const working = awakeInMonth(times, databaseSecondsPerWake).hours;
    const awake = awakeInMonth(times, databaseSecondsPerWake + pauseSeconds).hours;
    return [
      line(
        'Aurora, woken by schedules',
        working * unitsWorking + (awake - working) * unitsWaiting,
        unitPrice(properties),
        `assumed each time: ${databaseSecondsPerWake} s at ${unitsWorking} unit, ` +
          `${pauseSeconds} s until the pause at ${unitsWaiting}`,
      ),
    ];
  });
}

/** How often something wakes and how long it is awake in a month that each of the times keeps awake for so long. */
function awakeInMonth(times: readonly number[], seconds: number): { wakes: number; hours: number } {
  let wakes = 0;
  let awakeMs = 0;
  let untilMs = Number.NEGATIVE_INFINITY;
  for (const atMs of times) {
    if (atMs > untilMs) wakes += 1;
    awakeMs += atMs + seconds * 1000 - Math.max(atMs, untilMs);
    untilMs = atMs + seconds * 1000;
  }
  return { wakes: wakes / 12, hours: Math.min(hoursPerMonth, awakeMs / hourMs / 12) };
}

const hourMs = 3_600_000;
const hoursPerYear = 12 * hoursPerMonth;

function hourOf(atMs: number): number {
  return Math.floor(atMs / hourMs);
}
