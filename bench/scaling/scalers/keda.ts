import { plainHabits } from '../plain-habits.ts';
import type { Scaler } from '../simulate.ts';

/** What KEDA and the autoscaler behind it go by; durations in seconds. */
export interface KedaSettings {
  queueLength: number;
  pollSeconds: number;
  cooldownSeconds: number;
  maximum: number;
}

const syncSeconds = 15;
const stabilizationSeconds = 300;
const tolerance = 0.1;

/** Replicas that the autoscaler of Kubernetes recommends for so many messages, before stabilization and limits. */
export function recommended({
  messages,
  current,
  queueLength,
}: {
  messages: number;
  current: number;
  queueLength: number;
}): number {
  const usage = messages / (queueLength * current);
  return Math.abs(usage - 1) <= tolerance ? current : Math.ceil(messages / queueLength);
}

/** Replicas after one sync: up by 100 % or 4 at most, down to the highest recommendation that is remembered. */
export function synced({
  current,
  recommendations,
  maximum,
}: {
  current: number;
  /** The newest last. */
  recommendations: readonly number[];
  maximum: number;
}): number {
  const newest = recommendations.at(-1) ?? current;
  if (newest >= current) return Math.min(maximum, newest, Math.max(2 * current, current + 4));
  return Math.min(maximum, current, Math.max(1, ...recommendations));
}

/** KEDA's aws-sqs-queue scaler with the autoscaler's standard behaviour. */
export function keda(name: string, settings: KedaSettings): Scaler {
  return {
    name,
    assumed: 'pods start as fast as our workers; grace of 30 s; the cluster itself costs nothing here',
    habits: () => plainHabits,
    start: ({ clock, random, fleet, readCounts }) => {
      let activeMs = Number.NEGATIVE_INFINITY;
      let recommendations: { atMs: number; replicas: number }[] = [];
      const messages = () => {
        const { waiting, inFlight } = readCounts();
        return waiting + inFlight;
      };
      const poll = () => {
        clock.schedule(settings.pollSeconds * 1000, poll);
        if (messages() > 0) activeMs = clock.now();
        const isActive = clock.now() === activeMs;
        if (isActive && fleet.desired === 0) fleet.setDesired(1);
        const idleSeconds = (clock.now() - activeMs) / 1000;
        if (fleet.desired > 0 && idleSeconds >= settings.cooldownSeconds) fleet.setDesired(0);
      };
      const sync = () => {
        clock.schedule(syncSeconds * 1000, sync);
        const now = clock.now();
        const { desired: current } = fleet;
        if (current === 0) {
          recommendations = [];
          return;
        }
        const { queueLength, maximum } = settings;
        const replicas = recommended({ messages: messages(), current, queueLength });
        recommendations = recommendations.filter(({ atMs }) => now - atMs < stabilizationSeconds * 1000);
        recommendations.push({ atMs: now, replicas });
        const wanted = synced({
          current,
          maximum,
          recommendations: recommendations.map((one) => one.replicas),
        });
        if (wanted !== current) fleet.setDesired(wanted);
      };
      clock.schedule(random.between(0, settings.pollSeconds) * 1000, poll);
      clock.schedule(random.between(0, syncSeconds) * 1000, sync);
    },
  };
}
