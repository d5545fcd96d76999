import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFn, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { demandTasksFile, metrics, variables } from '../tasks/names.ts';
import { deploymentLogs } from './deployment-logs.ts';
import { grant } from './grant.ts';
import type { MetricName } from './scale-on-demand.ts';
import { completeSettings, type PartialSettings } from './settings.ts';
import { stageLambda, withStaged } from './stage.ts';
import type { TaskQueues } from './task-queues.ts';
import type { WorkerService } from './worker-service.ts';

export interface WorkerDemandProps {
  queues: TaskQueues;
  worker: WorkerService;
  /** Rules whose events ask for a worker at once. Default: none. */
  wakeOn?: readonly Rule[];
  /** Of the workers' settings `demandConcurrency` counts. Default: see `defaultSettings`. */
  settings?: Pick<PartialSettings, 'workers' | 'logRetentionDays' | 'retainData'>;
}

/** Tells CloudWatch every minute how many workers the queues need; the scaling policy follows that number. */
export class WorkerDemand extends Construct {
  readonly metric: MetricName;
  /** The Lambda that counts. */
  readonly counter: LambdaFn;

  constructor(scope: Construct, id: string, props: WorkerDemandProps) {
    super(scope, id);
    const { queues, worker, wakeOn = [] } = props;
    const settings = completeSettings(props.settings);
    const { demandConcurrency } = settings.workers;
    const { deployment } = queues;
    this.metric = {
      namespace: metrics.namespace,
      metricName: metrics.workerDemand,
      dimensions: [{ name: metrics.deploymentDimension, value: deployment }],
    };
    const functionName = `${deployment}-worker-demand`;
    const logGroup = deploymentLogs(this, 'Logs', {
      name: `/aws/lambda/${functionName}`,
      settings,
      key: queues.key,
    });
    const role = new Role(this, 'Role', {
      description: 'Lets the demand be read and told',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    this.counter = withStaged(
      (directory) => stageLambda('worker-demand', directory, { [demandTasksFile]: queues.demandTasks }),
      (directory) =>
        new LambdaFn(this, 'Function', {
          functionName,
          description: 'Counts what waits on the queues and tells how many workers that needs',
          runtime: Runtime.NODEJS_24_X,
          architecture: Architecture.ARM_64,
          handler: 'index.handler',
          role,
          code: Code.fromAsset(directory),
          memorySize: 256,
          timeout: Duration.seconds(30),
          ...(demandConcurrency === undefined ? {} : { reservedConcurrentExecutions: demandConcurrency }),
          retryAttempts: 0,
          maxEventAge: Duration.seconds(60),
          environment: {
            NODE_OPTIONS: '--enable-source-maps',
            [variables.deployment]: deployment,
            [variables.queuesUrl]: queues.baseUrl,
            [variables.pausedTasksParameter]: queues.pausedTasks.parameterName,
            [variables.cluster]: worker.cluster.clusterName,
            [variables.service]: worker.service.serviceName,
            [variables.maximumWorkers]: String(worker.maximum),
          },
          logGroup,
        }),
    );
    queues.grantCount(role);
    worker.grantCount(role);
    // Neither knows a resource; telling is limited by the namespace.
    grant(role, { actions: ['cloudwatch:GetMetricData'], resources: ['*'] });
    grant(role, {
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': metrics.namespace } },
    });
    // What fails is not repeated: the next minute counts anew.
    const count = new LambdaFunction(this.counter, { retryAttempts: 0, maxEventAge: Duration.seconds(60) });
    const everyMinute = new Rule(this, 'EveryMinute', {
      description: 'Counts what waits on the queues',
      schedule: Schedule.rate(Duration.minutes(1)),
    });
    for (const rule of [everyMinute, ...wakeOn]) rule.addTarget(count);
  }
}
