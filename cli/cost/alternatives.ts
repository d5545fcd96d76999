import type { Task } from '../../tasks/define-task.ts';
import { metrics } from '../../tasks/names.ts';
import { assumptions, hoursPerMonth } from './assumptions.ts';
import { type BillLine, line, total } from './bill.ts';

/** A choice that is not the default, and what it adds to a month. */
export interface Alternative {
  choice: string;
  lines: BillLine[];
  addedUsd: number;
}

/** How long messages waited and attempts took, and what became of them. */
const metricsByTask = [metrics.attemptSeconds, metrics.queueSeconds, ...Object.values(metrics.outcomes)]
  .length;

const zones = 2;
/** What a worker without a way out has to reach; S3 has a gateway endpoint, which is free. */
const endpoints = ['sqs', 'secretsmanager', 'ssm', 'logs', 'ecs', 'ecr.api', 'ecr.dkr', 'guardduty'];

/** The choices that change the bill most. */
export function alternatives(tasks: readonly Task[]): Alternative[] {
  return [
    alternative('Every task works in every hour: what the workers measure, by task', [
      line(
        'Custom metrics',
        assumptions.metricsPerWake + tasks.length * metricsByTask,
        'custom-metric',
        'charged by the hour',
      ),
    ]),
    alternative('A web application with a pool of its own keeps Aurora awake, at 0.5 units', [
      line('Aurora, 0.5 units', 0.5 * hoursPerMonth, 'aurora-acu-hour'),
    ]),
    alternative(`Workers without public addresses, behind NAT gateways in ${zones} zones`, [
      line('NAT gateways', zones * hoursPerMonth, 'nat-gateway-hour', 'and 0.05 dollars a GB'),
      line('Public IPv4 of NAT gateways', zones * hoursPerMonth, 'public-ipv4-hour'),
    ]),
    alternative(`Workers without public addresses, with interface endpoints in ${zones} zones`, [
      line(
        'Interface endpoints',
        endpoints.length * zones * hoursPerMonth,
        'interface-endpoint-hour',
        endpoints.join(', '),
      ),
    ]),
  ];
}

function alternative(choice: string, lines: BillLine[]): Alternative {
  return { choice, lines, addedUsd: total(lines) };
}
