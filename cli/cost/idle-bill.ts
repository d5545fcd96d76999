import { assumptions } from './assumptions.ts';
import { type BillLine, gather, line, total } from './bill.ts';
import { freeResources } from './free-resources.ts';
import { resourceCosts } from './resource-costs.ts';
import { restActivity } from './rest-activity.ts';
import { ofType, type SynthesizedTemplate } from './template.ts';

/** What a deployment costs in a month in which nobody sends it anything. */
export interface IdleBill {
  lines: BillLine[];
  totalUsd: number;
  /** What grows with what is kept; a gigabyte of each. Not in the total. */
  storagePerGigabyte: BillLine[];
  /** Resources that cost nothing at rest. */
  free: { type: string; count: number; reason: string }[];
  /** Resources of which nothing is known: the total is too low by what they cost. */
  notPriced: { type: string; resources: string[] }[];
}

/** Types whose cost is reckoned from what they do. */
const byActivity: Record<string, string> = {
  'AWS::ECS::Service': 'charged by its running tasks, above',
  'AWS::Lambda::Function': 'charged by its runs, above',
  'AWS::Scheduler::Schedule': 'charged by its invocations, above',
};

/** Types that are charged with other settings than these. */
const freeAsSet: Record<string, string> = {
  'AWS::ApplicationAutoScaling::ScalingPolicy': 'its alarms stand in the template and are charged there',
  'AWS::EC2::VPCEndpoint': 'gateway endpoints cost nothing',
  'AWS::RDS::DBCluster': 'charged by its instances',
  'AWS::RDS::DBInstance': 'a serverless instance is charged by the capacity of its cluster',
  'AWS::SSM::Parameter': 'standard parameters cost nothing',
};

/** Prices every resource of a template; none is passed over in silence. */
export function idleBill(template: SynthesizedTemplate): IdleBill {
  const lines = restActivity(template);
  const free = new Map<string, { type: string; count: number; reason: string }>();
  const notPriced = new Map<string, { type: string; resources: string[] }>();
  for (const [id, { Type: type, Properties }] of Object.entries(template.Resources)) {
    const reason = freeResources[type] ?? byActivity[type];
    const costs = reason === undefined ? resourceCosts[type]?.(Properties ?? {}) : [];
    if (costs === undefined) {
      const others = notPriced.get(type)?.resources ?? [];
      notPriced.set(type, { type, resources: [...others, id] });
      continue;
    }
    lines.push(...costs);
    if (costs.length === 0) {
      const count = (free.get(type)?.count ?? 0) + 1;
      free.set(type, { type, count, reason: reason ?? freeAsSet[type] ?? 'free as it is set' });
    }
  }
  const gathered = gather(lines);
  return {
    lines: gathered,
    totalUsd: total(gathered),
    storagePerGigabyte: storage(template),
    free: [...free.values()].sort(byType),
    notPriced: [...notPriced.values()].sort(byType),
  };
}

function storage(template: SynthesizedTemplate): BillLine[] {
  const has = (type: string): boolean => ofType(template, type).length > 0;
  return [
    ...(has('AWS::RDS::DBCluster') ? [line('Aurora storage', 1, 'aurora-storage')] : []),
    ...(has('AWS::S3::Bucket') ? [line('S3 storage', 1, 's3-storage')] : []),
    ...(has('AWS::ECS::TaskDefinition')
      ? [line('Worker images', 1, 'image-storage', `one version is about ${assumptions.imageGigabytes} GB`)]
      : []),
    ...(has('AWS::Logs::LogGroup') ? [line('Logs that are kept', 1, 'log-storage')] : []),
  ];
}

function byType(one: { type: string }, other: { type: string }): number {
  return one.type < other.type ? -1 : 1;
}
