import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { BusEvent } from '../eventbridge/event.ts';
import { AwsError } from '../json-protocol.ts';
import type { GuardDuty, MalwareProtectionPlan, ScanEvent } from './guardduty.ts';
import { guardDutyApi } from './guardduty-api.ts';
import { createEicarScanner, type MalwareScanner } from './malware-scanner.ts';
import { createScanQueue } from './scan-queue.ts';
import { type ScanOutcome, scanResultEvent } from './scan-result-event.ts';
import { createScannedObjects, type ObjectVersion } from './scanned-objects.ts';

const scanAttempts = 3;

/**
 * Starts without plans. Events go out before the tag is set, so that after a crash in between the object is
 * scanned again at the next start, and no verdict is lost; one may come twice, as GuardDuty's may.
 */
export function createGuardDuty({
  endpoint,
  clock,
  emit,
  scanner = createEicarScanner(),
  retryAfterMilliseconds = 2_000,
  onEvent = () => {},
}: {
  /** Where S3 is; asked at the first scan. */
  endpoint: () => string;
  clock: Pick<Clock, 'now'>;
  /** Puts an event on the default bus; answers when it is taken. */
  emit: (event: BusEvent) => Promise<void> | void;
  scanner?: MalwareScanner;
  /** Between the attempts at a scan that failed: a scanner may be starting anew. */
  retryAfterMilliseconds?: number;
  onEvent?: (event: ScanEvent) => void;
}): GuardDuty {
  const plans = new Map<string, MalwareProtectionPlan>();
  const objects = createScannedObjects(endpoint);
  const queue = createScanQueue({ atOnce: 4 });
  const closing = new AbortController();

  const tell = (kind: ScanEvent['kind'], object: ObjectVersion, detail: string, status = ''): void =>
    onEvent({ kind, ...object, detail, status });

  const pause = (): Promise<unknown> =>
    wait(retryAfterMilliseconds, undefined, { signal: closing.signal }).catch(() => undefined);

  const look = async (object: ObjectVersion): Promise<{ eTag: string; outcome: ScanOutcome } | undefined> => {
    let eTag = '';
    for (let attempt = 1; attempt <= scanAttempts && !queue.closed; attempt += 1) {
      if (attempt > 1) await pause();
      try {
        const found = await objects.read(object);
        if (!found) return undefined;
        eTag = found.eTag;
        return { eTag, outcome: await scanner.scan(found.content, closing.signal) };
      } catch (error) {
        if (!queue.closed) tell('scan-failed', object, `attempt ${attempt}: ${(error as Error).message}`);
      }
    }
    return { eTag, outcome: { status: 'FAILED' } };
  };

  const scan = async (object: ObjectVersion, plan: MalwareProtectionPlan): Promise<void> => {
    const seen = await look(object);
    if (queue.closed) return;
    if (!seen) return tell('scan-skipped', object, 'the object is gone');
    const { eTag, outcome } = seen;
    await emit(scanResultEvent({ object, eTag, outcome, planArn: plan.arn, time: new Date(clock.now()) }));
    const detail =
      'threats' in outcome ? outcome.threats.join(', ') : 'reason' in outcome ? outcome.reason : '';
    tell('scanned', object, detail, outcome.status);
    if (!plan.tagging) return;
    // The worker may have removed the file by now.
    if (await objects.find(object)) await objects.setStatus(object, outcome.status);
  };

  const enqueue = (object: ObjectVersion, plan: MalwareProtectionPlan): void =>
    queue.add(() =>
      scan(object, plan).catch((error: Error) => {
        if (!queue.closed) tell('scan-failed', object, error.message);
      }),
    );

  const planFor = ({ bucket, key }: { bucket: string; key: string }): MalwareProtectionPlan | undefined => {
    const plan = plans.get(bucket);
    const prefixes = plan?.prefixes ?? [];
    return prefixes.length === 0 || prefixes.some((prefix) => key.startsWith(prefix)) ? plan : undefined;
  };

  return {
    ...guardDutyApi({
      rescan: async (asked) => {
        const plan = planFor(asked);
        if (!plan) {
          throw new AwsError(
            'BadRequestException',
            `No malware protection plan covers ${asked.bucket}/${asked.key}`,
          );
        }
        const versionId = await objects.find(asked);
        if (!versionId) {
          throw new AwsError('BadRequestException', `There is no object ${asked.bucket}/${asked.key}`);
        }
        const object = { bucket: asked.bucket, key: asked.key, versionId };
        if (plan.tagging) await objects.setStatus(object, undefined);
        enqueue(object, plan);
      },
    }),
    protect: async (plan) => {
      plans.set(plan.bucket, plan);
      // Without tags nobody can tell what was scanned before the last stop.
      if (!plan.tagging) return;
      for await (const object of objects.withoutStatus(plan.bucket)) {
        if (planFor(object)) enqueue(object, plan);
      }
    },
    objectCreated: (object) => {
      const plan = planFor(object);
      if (plan) enqueue(object, plan);
      else if (plans.has(object.bucket)) tell('scan-skipped', object, 'no protected prefix');
    },
    idle: queue.idle,
    close: async () => {
      const closed = queue.close();
      closing.abort();
      await closed;
      objects.close();
    },
  };
}
