import type { World } from './simulate.ts';

const minuteMs = 60_000;

/**
 * Publishes AWS/SQS ApproximateNumberOfMessagesVisible once a minute, some time after that minute. A queue that nobody
 * polled and that held nothing for six hours has no metric, and gets it back up to a quarter of an hour late.
 */
export function startQueueMetric({ clock, queue, fleet, store, random, assumptions }: World): void {
  let touchedMs = 0;
  let awakeFromMs = 0;
  const publish = () => {
    const timestamp = clock.now();
    const isTouched = queue.waiting > 0 || queue.inFlight > 0 || fleet.workers.size > 0;
    if (isTouched) {
      if (timestamp - touchedMs > assumptions.queueSleepsAfterSeconds * 1000) {
        awakeFromMs = timestamp + random.between(...assumptions.queueWakesSeconds) * 1000;
      }
      touchedMs = timestamp;
    }
    const isAsleep = timestamp - touchedMs > assumptions.queueSleepsAfterSeconds * 1000;
    const values = [queue.waiting];
    if (!isAsleep && timestamp >= awakeFromMs) {
      clock.schedule(random.between(...assumptions.serviceMetricSeconds) * 1000, () =>
        store.put({
          ...{ namespace: 'AWS/SQS', metricName: 'ApproximateNumberOfMessagesVisible' },
          ...{ timestamp, values, resolutionSeconds: 1 },
        }),
      );
    }
    clock.schedule(minuteMs, publish);
  };
  clock.schedule(minuteMs, publish);
}

/** A worker all of whose slots are taken uses so much of its processor. */
const fullWorkerPercent = 60;

/** Publishes the service's average CPUUtilization once a minute, some time after it. */
export function startCpuMetric({ clock, fleet, store, random, assumptions, trace }: World): void {
  const publish = () => {
    const running = [...fleet.workers].filter(({ state }) => state === 'running');
    const timestamp = clock.now();
    const attempts = running.reduce((sum, worker) => sum + worker.attempts.size, 0);
    const values = [(fullWorkerPercent * attempts) / (running.length * trace.task.concurrency)];
    if (running.length > 0) {
      clock.schedule(random.between(...assumptions.serviceMetricSeconds) * 1000, () =>
        store.put({
          namespace: 'Bench',
          metricName: 'CPUUtilization',
          timestamp,
          values,
          resolutionSeconds: 1,
        }),
      );
    }
    clock.schedule(minuteMs, publish);
  };
  clock.schedule(minuteMs, publish);
}
