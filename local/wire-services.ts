import { join } from 'node:path';
import type { Clock } from './clock.ts';
import type { AlarmActivation } from './cloudwatch/cloudwatch.ts';
import { createCloudWatch } from './cloudwatch/create-cloudwatch.ts';
import { inheritedEnvironment } from './config.ts';
import { createTargets } from './delivery/targets.ts';
import { createEcs } from './ecs/create-ecs.ts';
import { createEventBridge } from './eventbridge/create-event-bridge.ts';
import { createGuardDuty } from './guardduty/create-guardduty.ts';
import type { MalwareScanner } from './guardduty/malware-scanner.ts';
import type { Interference } from './json-protocol.ts';
import { createLambda } from './lambda/create-lambda.ts';
import type { LocalEvent } from './local-event.ts';
import type { LocalServices } from './provision/local-services.ts';
import { createS3 } from './s3/create-s3.ts';
import { createScaling } from './scaling/create-scaling.ts';
import { createScheduler } from './scheduler/create-scheduler.ts';
import { createSecretsManager } from './secrets-manager.ts';
import { createSqs } from './sqs/create-sqs.ts';
import { createSsm } from './ssm.ts';

/** All services of the local cloud but the database, wired to each other. */
export interface WiredServices extends Omit<LocalServices, 'database'> {
  /** Ends what has to end while the endpoint still answers: workers, functions, scans, schedules. */
  stopWork(): Promise<void>;
  /** Brings the state on disk to rest; the endpoint has to be closed by then. */
  closeState(): Promise<void>;
}

/** Makes the services on a state directory; they begin to work when a template gives them something to do. */
export async function wireServices({
  stateDirectory,
  clock,
  endpoint,
  scanner,
  interfereWithSqs,
  onEvent,
}: {
  stateDirectory: string;
  clock: Clock;
  endpoint: () => string;
  scanner: MalwareScanner;
  /** Trouble that SQS is to make. */
  interfereWithSqs?: Interference | undefined;
  onEvent: (event: LocalEvent) => void;
}): Promise<WiredServices> {
  const say = (sentence: string): void => onEvent({ kind: 'said', sentence });
  const targets = createTargets();
  const scaling = createScaling({ clock, onEvent });
  const cloudwatch = createCloudWatch({ clock, onAlarm: (activation) => actOn(activation) });
  const ecs = await createEcs({
    stateDirectory,
    endpoint,
    inherited: inheritedEnvironment,
    onLine: (line) => void cloudwatch.readLogLine(line),
    onEvent,
  });
  const lambda = createLambda({
    stateDirectory,
    endpoint,
    clock,
    inherited: inheritedEnvironment,
    onMetric: cloudwatch.record,
    onLine: (line) => void cloudwatch.readLogLine(line),
    onEvent,
  });
  const eventBridge = createEventBridge({ targets, clock, say });
  const scheduler = createScheduler({ targets, clock, stateDirectory, say });
  const guardDuty = createGuardDuty({ endpoint, clock: wallClock, emit: eventBridge.emit, scanner, onEvent });
  const s3 = createS3({ stateDirectory: join(stateDirectory, 's3'), endpoint });
  s3.onObjectCreated((object) => guardDuty.objectCreated(object));
  const sqs = createSqs({
    stateDirectory: join(stateDirectory, 'sqs'),
    endpoint,
    interfere: interfereWithSqs,
  });

  function actOn(activation: AlarmActivation): void {
    for (const action of activation.actions.filter(scaling.has)) {
      scaling
        .invoke(action, activation)
        .catch((error: Error) => say(`Alarm ${activation.alarmName} could not scale: ${error.message}`));
    }
  }

  return {
    clock,
    targets,
    scaling,
    cloudwatch,
    ecs,
    lambda,
    eventBridge,
    scheduler,
    guardDuty,
    s3,
    sqs,
    ssm: createSsm({ stateDirectory }),
    secrets: createSecretsManager({ stateDirectory }),
    stopWork: async () => {
      cloudwatch.close();
      await Promise.all([scheduler.close(), eventBridge.close(), guardDuty.close(), lambda.close()]);
      // An idle worker lets its last long poll end before it goes.
      const answering = setInterval(() => sqs.answerWaiting(), 100);
      await ecs.close({ withinSeconds: workersStopWithinSeconds });
      clearInterval(answering);
    },
    closeState: async () => {
      await Promise.all([sqs.close(), s3.close()]);
    },
  };
}

/** Messages say when they were sent, and those who read that live on the wall clock. */
const wallClock = { now: Date.now };

/** Whoever presses Ctrl-C does not want to wait for an hour-long attempt; it is handed back and done at the next start. */
const workersStopWithinSeconds = 15;
