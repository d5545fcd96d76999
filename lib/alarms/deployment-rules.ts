import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Task } from '../../tasks/define-task.ts';
import { limits } from '../../tasks/limits.ts';
import { metrics } from '../../tasks/names.ts';
import type { AlarmRule } from './alarm-rule.ts';
import { deploymentMetric } from './deployment-metric.ts';
import type { WorkerExits } from './worker-exits.ts';

const minute = Duration.minutes(1);
const deadLetterCount = Duration.minutes(limits.deadLettersCountedEveryMinutes);
const fiveMinutes = Duration.minutes(5);
/** CloudWatch's longest evaluation, in periods of five minutes. */
const mostPeriods = 288;

/** There are dead letters anywhere; rings until there are none. */
export function deadLetters(deployment: string): AlarmRule {
  return {
    name: 'dead-letters',
    severity: 'other',
    section: 'dead-letters',
    says: 'Messages lie on a dead-letter queue.',
    metric: deploymentMetric(deployment, metrics.deadLetters, {
      statistic: 'Maximum',
      period: deadLetterCount,
    }),
    when: { atLeast: 1 },
    // No dead letters are not told; that nobody counts has its own alarm.
    missing: TreatMissingData.NOT_BREACHING,
  };
}

/** More dead letters than at the count before, of whatever task. */
export function deadLettersGrew(deployment: string): AlarmRule {
  return {
    name: 'dead-letters-grew',
    severity: 'other',
    section: 'dead-letters',
    says: 'Messages were given up in the last minutes.',
    metric: new MathExpression({
      // No dead letters are not told: without 0 the first one would have nothing to grow from.
      expression: 'DIFF(FILL(dead, 0))',
      label: 'growth of dead letters',
      period: deadLetterCount,
      usingMetrics: {
        dead: deploymentMetric(deployment, metrics.deadLetters, {
          statistic: 'Maximum',
          period: deadLetterCount,
        }),
      },
    }),
    when: { atLeast: 1 },
    // Two periods make CloudWatch fetch what the newer one has grown from.
    periods: 2,
    datapoints: 1,
    // Nobody counted: that is no growth.
    missing: TreatMissingData.NOT_BREACHING,
  };
}

/** Workers live and messages wait, but no worker has one in hand. */
export function stalled(deployment: string): AlarmRule {
  return {
    name: 'stalled',
    severity: 'critical',
    section: 'a-queue-is-stalled',
    says: 'Messages have waited for a quarter of an hour while workers run that take none.',
    metric: new MathExpression({
      // A worker that tells nothing counts as one at work: that there is none is another alarm.
      expression: 'IF((FILL(waiting, 0) > 0) AND (FILL(held, 1) <= 0), 1, 0)',
      label: 'stalled',
      period: fiveMinutes,
      usingMetrics: {
        waiting: deploymentMetric(deployment, metrics.messagesWaiting, {
          statistic: 'Minimum',
          period: fiveMinutes,
        }),
        held: deploymentMetric(deployment, metrics.workersHeld, {
          statistic: 'Maximum',
          period: fiveMinutes,
        }),
      },
    }),
    when: { atLeast: 1 },
    periods: 3,
    missing: TreatMissingData.NOT_BREACHING,
  };
}

/** Workers were asked for all the time, and not one told of itself. */
export function workWithoutWorker(deployment: string): AlarmRule {
  return {
    name: 'work-without-worker',
    severity: 'critical',
    section: 'work-but-no-worker',
    says: 'Workers have been needed for ten minutes and none receives messages.',
    metric: new MathExpression({
      expression: 'IF((FILL(demand, 0) > 0) AND (FILL(workers, 0) < 1), 1, 0)',
      label: 'work without a worker',
      period: fiveMinutes,
      usingMetrics: {
        demand: deploymentMetric(deployment, metrics.workerDemand, {
          statistic: 'Minimum',
          period: fiveMinutes,
        }),
        // Every worker that receives tells this once a minute: as many values as workers and minutes.
        workers: deploymentMetric(deployment, metrics.workersHeld, {
          statistic: 'SampleCount',
          period: fiveMinutes,
        }),
      },
    }),
    when: { atLeast: 1 },
    periods: 2,
    // Without a demand nothing is asked for; that nobody counts is another alarm.
    missing: TreatMissingData.NOT_BREACHING,
  };
}

/**
 * More workers are needed than there may be, and that for longer than the longest objective. What is needed is reckoned
 * from the objectives: to need more than the maximum so long means that messages start late.
 */
export function atMaximumWhileLate(
  deployment: string,
  { tasks, maximum }: { tasks: readonly Task[]; maximum: number },
): AlarmRule {
  const longest = Math.max(900, ...tasks.map((task) => task.startWithinSeconds));
  return {
    name: 'at-maximum-while-late',
    severity: 'other',
    section: 'at-the-maximum-and-late',
    says: `More than the ${maximum} workers allowed would be needed for messages to start within their objectives.`,
    metric: deploymentMetric(deployment, metrics.workersNeeded, {
      statistic: 'Minimum',
      period: fiveMinutes,
    }),
    when: { above: maximum },
    periods: Math.min(mostPeriods, Math.ceil(longest / fiveMinutes.toSeconds())),
    missing: TreatMissingData.NOT_BREACHING,
  };
}

/** Nobody has told the demand for five minutes: the number of workers stays as it is, whatever waits. */
export function demandSilent(deployment: string): AlarmRule {
  return {
    name: 'demand-silent',
    severity: 'critical',
    section: 'the-demand-is-silent',
    says: 'The demand for workers has not been told for five minutes: nothing scales.',
    metric: deploymentMetric(deployment, metrics.workerDemand, { statistic: 'SampleCount', period: minute }),
    when: { below: 1 },
    periods: 5,
    // The silence is what is looked for.
    missing: TreatMissingData.BREACHING,
  };
}

/** Something that AWS could not deliver to a task's queue lies on a dead-letter queue of its own. */
export function undelivered(queue: IQueue, what: 'schedule' | 'verdict'): AlarmRule {
  return {
    name: `${what}-undelivered`,
    severity: 'critical',
    section: `a-${what}-was-not-delivered`,
    says: `A ${what} could not be delivered to its queue.`,
    metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: fiveMinutes }),
    when: { atLeast: 1 },
    // SQS says nothing of an empty queue that nobody uses.
    missing: TreatMissingData.NOT_BREACHING,
  };
}

/** A worker failed; and workers fail one after the other. */
export function workersFail(exits: WorkerExits): AlarmRule[] {
  const half = Duration.minutes(30);
  return [
    {
      name: 'worker-failed',
      severity: 'other',
      section: 'workers-fail',
      says: 'A worker ended with an error or could not start.',
      metric: exits.failures(fiveMinutes),
      when: { atLeast: 1 },
      // EventBridge counts only what happens.
      missing: TreatMissingData.NOT_BREACHING,
    },
    {
      name: 'workers-keep-failing',
      severity: 'critical',
      section: 'workers-fail',
      says: 'Three workers failed within half an hour: they restart in a loop, or none can start.',
      metric: exits.failures(half),
      when: { atLeast: 3 },
      missing: TreatMissingData.NOT_BREACHING,
    },
  ];
}

/** An upload lies in quarantine and nobody scanned it. */
export function uploadWithoutVerdict(deployment: string): AlarmRule {
  return {
    name: 'upload-without-verdict',
    severity: 'critical',
    section: 'an-upload-has-no-verdict',
    says: 'An upload has lain in quarantine for more than half an hour without being scanned.',
    // Looked for every quarter of an hour: twice that, so that no look falls between two periods.
    metric: deploymentMetric(deployment, metrics.uploadsWithoutVerdict, {
      statistic: 'Maximum',
      period: Duration.minutes(30),
    }),
    when: { atLeast: 1 },
    // An empty quarantine is not told. A look that fails is an error of its Lambda, which has an alarm.
    missing: TreatMissingData.NOT_BREACHING,
  };
}

/** A Lambda failed, even once: what it is for did not happen. */
export function lambdaFails(lambda: IFunction, what: string): AlarmRule {
  return {
    name: `${what}-fails`,
    severity: 'other',
    section: 'a-lambda-fails',
    says: `The Lambda ${what} failed.`,
    metric: lambda.metricErrors({ statistic: 'Sum', period: fiveMinutes }),
    when: { atLeast: 1 },
    // Not called, so no error; that the demand is not told has its own alarm.
    missing: TreatMissingData.NOT_BREACHING,
  };
}
