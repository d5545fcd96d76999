import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFn, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { metrics, variables } from '../tasks/names.ts';
import type { SlackwaterEnvironment } from './environment.ts';
import { removalOf } from './removal.ts';
import type { MetricName } from './scale-on-demand.ts';
import { stageLambda, withStaged } from './stage.ts';
import type { TaskQueues } from './task-queues.ts';
import type { WorkerService } from './worker-service.ts';

export interface WorkerDemandProps {
  environment: SlackwaterEnvironment;
  queues: TaskQueues;
  worker: WorkerService;
  /** Rules whose events ask for a worker at once. */
  wakeOn: Rule[];
}

/** Tells CloudWatch every minute how many workers the queues need; the scaling policy follows that number. */
export class WorkerDemand extends Construct {
  readonly metric: MetricName;

  constructor(scope: Construct, id: string, { environment, queues, worker, wakeOn }: WorkerDemandProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { demandConcurrency, maximum } = environment.workers;
    this.metric = {
      namespace: metrics.namespace,
      metricName: metrics.workerDemand,
      dimensions: [{ name: metrics.deploymentDimension, value: stack.stackName }],
    };
    const functionName = `${stack.stackName}-worker-demand`;
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: environment.logRetentionDays,
      removalPolicy: removalOf(environment),
    });
    const role = new Role(this, 'Role', {
      description: 'Lets the demand be read and told',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    const counter = withStaged(
      (directory) => stageLambda('worker-demand', directory),
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
            [variables.deployment]: stack.stackName,
            [variables.demandTasks]: stack.toJsonString(queues.demandTasks),
            [variables.pausedTasksParameter]: queues.pausedTasks.parameterName,
            [variables.cluster]: worker.cluster.clusterName,
            [variables.service]: worker.service.serviceName,
            [variables.maximumWorkers]: String(maximum),
          },
          logGroup,
        }),
    );
    queues.grantCount(role);
    worker.grantCount(role);
    role.addToPolicy(new PolicyStatement({ actions: ['cloudwatch:GetMetricData'], resources: ['*'] }));
    role.addToPolicy(
      new PolicyStatement({
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': metrics.namespace } },
      }),
    );
    // What fails is not repeated: the next minute counts anew.
    const count = new LambdaFunction(counter, { retryAttempts: 0, maxEventAge: Duration.seconds(60) });
    const everyMinute = new Rule(this, 'EveryMinute', {
      description: 'Counts what waits on the queues',
      schedule: Schedule.rate(Duration.minutes(1)),
    });
    for (const rule of [everyMinute, ...wakeOn]) rule.addTarget(count);
  }
}
