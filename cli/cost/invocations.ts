import { timesPerMonth } from './schedule-times.ts';
import { idIn, ofType, type SynthesizedTemplate } from './template.ts';

/** How often a Lambda is invoked in a month while nothing is done, by logical id. */
export function invocationsAtRest(template: SynthesizedTemplate): Map<string, number> {
  const invocations = new Map<string, number>();
  const add = (target: unknown, times: number): void => {
    const id = idIn(target);
    if (id !== undefined) invocations.set(id, (invocations.get(id) ?? 0) + times);
  };
  for (const { properties } of ofType(template, 'AWS::Events::Rule')) {
    if (typeof properties.ScheduleExpression !== 'string' || properties.State === 'DISABLED') continue;
    for (const target of properties.Targets ?? [])
      add(target.Arn, timesPerMonth(properties.ScheduleExpression));
  }
  for (const { properties } of ofType(template, 'AWS::Scheduler::Schedule')) {
    if (properties.State !== 'DISABLED') {
      add(properties.Target?.Arn, timesPerMonth(properties.ScheduleExpression));
    }
  }
  return invocations;
}
