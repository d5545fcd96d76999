import { Alarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { AlarmRule } from './alarms/alarm-rule.ts';
import { AlarmTopics } from './alarms/alarm-topics.ts';
import { databaseNearLimits } from './alarms/database-rules.ts';
import {
  atMaximumWhileLate,
  deadLetters,
  deadLettersGrew,
  demandSilent,
  lambdaFails,
  stalled,
  undelivered,
  uploadWithoutVerdict,
  workersFail,
  workWithoutWorker,
} from './alarms/deployment-rules.ts';
import { tellFailedScanActions } from './alarms/scan-action-failed.ts';
import { taskRules } from './alarms/task-rules.ts';
import { UploadWatch } from './alarms/upload-watch.ts';
import { WorkerExits } from './alarms/worker-exits.ts';
import type { FileIntake } from './file-intake.ts';
import type { WorkerDatabase } from './run-database.ts';
import { completeSettings, type PartialSettings, type Settings } from './settings.ts';
import type { TaskQueues } from './task-queues.ts';
import type { TaskSchedules } from './task-schedules.ts';
import type { WorkerDemand } from './worker-demand.ts';
import type { WorkerService } from './worker-service.ts';

export interface TaskAlarmsProps {
  queues: TaskQueues;
  worker: WorkerService;
  demand: WorkerDemand;
  /** Left out: no alarm for schedules. */
  schedules?: TaskSchedules;
  /** Left out: no alarms for uploads. */
  intake?: FileIntake;
  /** Only a cluster that was made here is watched. */
  database?: WorkerDatabase;
  /** Default: see `defaultSettings`. */
  settings?: Pick<PartialSettings, 'alarms' | 'database' | 'logRetentionDays' | 'retainData'>;
}

/**
 * Rings when work is given up, stands still, comes too late or cannot come at all; each alarm leads to its section of the
 * runbook. About two dollars a month for a deployment, 0.40 more for each task with `alarms.perTask`.
 */
export class TaskAlarms extends Construct {
  /** Where they are told. */
  readonly topics: AlarmTopics;
  /** All of them, in the order in which a dashboard shows them. */
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: TaskAlarmsProps) {
    super(scope, id);
    const { queues, worker, demand, schedules, intake, database } = props;
    const { deployment, key } = queues;
    const settings = completeSettings(props.settings);
    const { perTask, runbookUrl } = settings.alarms;
    this.topics = new AlarmTopics(this, 'Topics', { deployment, settings: settings.alarms, key });
    const exits = new WorkerExits(this, 'WorkerExits', { deployment, worker, settings, key });

    const rules: AlarmRule[] = [
      demandSilent(deployment),
      workWithoutWorker(deployment),
      ...(perTask ? [] : [stalled(deployment), deadLettersGrew(deployment)]),
      deadLetters(deployment),
      atMaximumWhileLate(deployment, { tasks: queues.tasks, maximum: worker.maximum }),
      ...workersFail(exits),
      lambdaFails(demand.counter, 'worker-demand'),
      ...(schedules?.undelivered ? [undelivered(schedules.undelivered, 'schedule')] : []),
      ...(intake ? this.watchIntake(intake, { deployment, settings, key, runbookUrl }) : []),
      ...(database?.cluster ? databaseNearLimits(database.cluster, settings.database) : []),
      ...(perTask ? queues.all.flatMap(taskRules) : []),
    ];
    this.alarms = rules.map((rule) => this.alarm(rule, { deployment, runbookUrl }));
  }

  private watchIntake(
    intake: FileIntake,
    options: Pick<TaskQueues, 'deployment' | 'key'> & { settings: Settings; runbookUrl: string },
  ): AlarmRule[] {
    const { quarantine } = intake;
    const { watcher } = new UploadWatch(this, 'UploadWatch', { ...options, quarantine });
    tellFailedScanActions(this, { ...options, quarantine, topic: this.topics.for('other') });
    return [
      uploadWithoutVerdict(options.deployment),
      undelivered(intake.undelivered, 'verdict'),
      lambdaFails(watcher, 'upload-watch'),
    ];
  }

  private alarm(rule: AlarmRule, options: { deployment: string; runbookUrl: string }): Alarm {
    const periods = rule.periods ?? 1;
    const alarm = new Alarm(this, rule.name, {
      ...comparison(rule.when),
      alarmName: `${options.deployment}-${rule.name}`,
      alarmDescription: `${rule.says} ${options.runbookUrl}#${rule.section}`,
      metric: rule.metric,
      evaluationPeriods: periods,
      datapointsToAlarm: rule.datapoints ?? periods,
      treatMissingData: rule.missing,
    });
    alarm.addAlarmAction(new SnsAction(this.topics.for(rule.severity)));
    return alarm;
  }
}

function comparison(when: AlarmRule['when']): { threshold: number; comparisonOperator: ComparisonOperator } {
  if ('atLeast' in when) {
    const comparisonOperator = ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD;
    return { threshold: when.atLeast, comparisonOperator };
  }
  return 'above' in when
    ? { threshold: when.above, comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD }
    : { threshold: when.below, comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD };
}
