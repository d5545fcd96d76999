import type { Clock } from '../clock.ts';
import type { CloudWatch } from '../cloudwatch/cloudwatch.ts';
import type { Targets } from '../delivery/targets.ts';
import type { Ecs } from '../ecs/ecs.ts';
import type { EventBridge } from '../eventbridge/create-event-bridge.ts';
import type { GuardDuty } from '../guardduty/guardduty.ts';
import type { JsonService } from '../json-protocol.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { LocalS3 } from '../s3/create-s3.ts';
import type { Scaling } from '../scaling/create-scaling.ts';
import type { Scheduler } from '../scheduler/create-scheduler.ts';
import type { SecretsManager } from '../secrets-manager.ts';

/** How the local database is reached. */
export interface DatabaseAddress {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
}

/** The services that give the template's resources their bodies. */
export interface LocalServices {
  clock: Clock;
  sqs: JsonService;
  s3: LocalS3;
  ssm: JsonService;
  secrets: SecretsManager;
  cloudwatch: CloudWatch;
  scaling: Scaling;
  ecs: Ecs;
  lambda: Lambda;
  guardDuty: GuardDuty;
  eventBridge: EventBridge;
  scheduler: Scheduler;
  targets: Targets;
  database: DatabaseAddress;
}
