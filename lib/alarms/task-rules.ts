import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { limits } from '../../tasks/limits.ts';
import type { QueuePair } from '../task-queues.ts';
import type { AlarmRule } from './alarm-rule.ts';

const fiveMinutes = Duration.minutes(5);
/** Beyond the objective; what is late by less is the business of scaling. */
const lateSeconds = 900;

/** The alarms of one task: 0.40 dollars a month, since each metric of an expression is paid. */
export function taskRules(pair: QueuePair): AlarmRule[] {
  return [deadLettersGrew(pair), stalled(pair)];
}

/**
 * More messages lie there than five minutes ago; rings again at the next growth, which "there are some" would not. The
 * maximum of five minutes overlooks that somebody who reads a message hides it.
 */
function deadLettersGrew({ task, deadLetters }: QueuePair): AlarmRule {
  return {
    name: `${task.name}-dead-letters-grew`,
    severity: 'other',
    section: 'dead-letters',
    says: `Messages of ${task.name} were given up in the last minutes.`,
    metric: new MathExpression({
      // SQS says nothing of a queue that sleeps: without 0 the first dead letter would have nothing to grow from.
      expression: 'DIFF(FILL(dead, 0))',
      label: 'growth of dead letters',
      period: fiveMinutes,
      usingMetrics: {
        dead: deadLetters.metricApproximateNumberOfMessagesVisible({
          statistic: 'Maximum',
          period: fiveMinutes,
        }),
      },
    }),
    when: { atLeast: 1 },
    // Two periods make CloudWatch fetch what the newer one has grown from.
    periods: 2,
    datapoints: 1,
    // No word of a queue means that nothing happens on it.
    missing: TreatMissingData.NOT_BREACHING,
  };
}

/**
 * Messages are old and none is deleted: at once when nobody even has one in hand, after the 12 hours for which SQS can
 * hide a message in any case. An attempt of hours, or a long back-off, is in hand and does not ring. SQS leaves messages
 * that were received three times out of the age.
 */
function stalled({ task, queue }: QueuePair): AlarmRule {
  const untouched = task.startWithinSeconds + lateSeconds;
  const anyhow = task.startWithinSeconds + limits.visibilitySeconds;
  const view = { period: fiveMinutes, statistic: 'Maximum' };
  return {
    name: `${task.name}-stalled`,
    severity: 'critical',
    section: 'a-queue-is-stalled',
    says: `Messages of ${task.name} wait far beyond their objective of ${task.startWithinSeconds} s, and none is done.`,
    metric: new MathExpression({
      expression:
        `IF((((FILL(age, 0) > ${untouched}) AND (FILL(inFlight, 0) < 1)) OR (FILL(age, 0) > ${anyhow})) ` +
        'AND (FILL(deleted, 0) < 1), 1, 0)',
      label: 'stalled',
      period: fiveMinutes,
      usingMetrics: {
        age: queue.metricApproximateAgeOfOldestMessage(view),
        inFlight: queue.metricApproximateNumberOfMessagesNotVisible(view),
        deleted: queue.metricNumberOfMessagesDeleted({ period: fiveMinutes, statistic: 'Sum' }),
      },
    }),
    when: { atLeast: 1 },
    periods: 2,
    // A queue of which SQS says nothing holds nothing.
    missing: TreatMissingData.NOT_BREACHING,
  };
}
