import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import settings from '../cdk.json' with { type: 'json' };
import { tasks } from '../tasks/index.ts';
import { metrics } from '../tasks/names.ts';
import { TaskDashboard } from './task-dashboard.ts';
import { TaskQueues } from './task-queues.ts';

/** Metrics of one graph: namespace, name, dimensions in pairs, view. */
type Row = (string | { stat?: string; label?: string })[];
interface Widget {
  type: string;
  properties: { title?: string; metrics?: Row[]; annotations?: { horizontal: { value: number }[] } };
}

function widgets(): Widget[] {
  const stack = new Stack(new App({ context: settings.context }), 'here', { env: { region: 'eu-west-2' } });
  const queues = new TaskQueues(stack, 'Queues', { tasks });
  new TaskDashboard(stack, 'Dashboard', {
    queues,
    worker: { maximum: 50 },
    runbookUrl: 'https://example.com/runbook',
  });
  const [dashboard] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  const parts: unknown[] = dashboard?.Properties.DashboardBody['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('')).widgets;
}
const all = widgets();
const titled = (title: string) => all.filter(({ properties }) => properties.title === title);
const names = (widget: Widget | undefined) => widget?.properties.metrics?.map(([, name]) => name);
const stats = (widget: Widget | undefined) =>
  widget?.properties.metrics?.map((row) => (row.at(-1) as { stat: string }).stat);

describe('the dashboard', () => {
  it('shows for every task what waits, what became of it and how long it took', () => {
    for (const title of [
      'Messages',
      'Oldest message (s)',
      'What became of it',
      'Time in queue (s)',
      'Time worked (s)',
    ]) {
      expect(titled(title)).toHaveLength(tasks.length);
    }
    expect(names(titled('Messages')[0])).toEqual([
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
      'ApproximateNumberOfMessagesVisible',
    ]);
    expect(names(titled('What became of it')[0])).toEqual(Object.values(metrics.outcomes));
    expect(stats(titled('Time worked (s)')[0])).toEqual(['p50', 'p95', 'p99']);
    expect(stats(titled('Time in queue (s)')[0])).toEqual(['p50', 'p95', 'p99']);
  });

  it('draws the objective of each task beside how long its messages waited', () => {
    expect(
      titled('Time in queue (s)').map(({ properties }) => properties.annotations?.horizontal[0]?.value),
    ).toEqual(tasks.map(({ startWithinSeconds }) => startWithinSeconds));
  });

  it('shows quiet groups of tasks that are fair', () => {
    expect(titled('Quiet groups')).toHaveLength(tasks.filter((task) => 'fairBy' in task).length);
    expect(names(titled('Quiet groups')[0])).toContain('ApproximateNumberOfMessagesVisibleInQuietGroups');
  });

  it('shows the demand beside the workers that there are', () => {
    const [demand] = titled('Workers: demand and what there is');
    expect(names(demand)).toEqual(['WorkersNeeded', 'WorkerDemand', 'WorkersHeld', 'WorkersHeld']);
    expect(stats(demand)).toEqual(['Maximum', 'Maximum', 'SampleCount', 'Sum']);
    expect(demand?.properties.annotations?.horizontal[0]?.value).toBe(50);
  });

  it('asks only for metrics that AWS or this project tells', () => {
    const told = new Set<unknown>([
      ...Object.values(metrics).filter((name) => typeof name === 'string'),
      ...Object.values(metrics.outcomes),
    ]);
    const rows = all.flatMap(({ properties }) => properties.metrics ?? []);
    for (const [namespace, name] of rows.filter(([first]) => first === metrics.namespace)) {
      expect(told, `${namespace} ${name}`).toContain(name);
    }
    expect(rows.some(([first]) => first === metrics.namespace)).toBe(true);
  });
});
