import { z } from 'zod';
import { ruleArnOf, scheduledEvent } from '../eventbridge/create-event-bridge.ts';
import type { RuleTarget } from '../eventbridge/rule-target.ts';
import { localAccount, localRegion } from '../local-service.ts';
import { followTimes } from '../scheduler/follow-times.ts';
import { scheduleSchema } from '../scheduler/schedule.ts';
import { readScheduleExpression } from '../scheduler/schedule-expression.ts';
import { type Body, madeUpName, readProperties } from './body.ts';

const ruleSchema = z.object({
  Name: z.string().optional(),
  State: z.string().default('ENABLED'),
  EventPattern: z.unknown().optional(),
  ScheduleExpression: z.string().optional(),
  Targets: z.array(z.looseObject({ Id: z.string(), Arn: z.string() })).default([]),
});

/** `AWS::Events::Rule`: a rule on the one bus; a schedule expression runs in UTC and begins one period after the start. */
export const rule: Body = (context) => {
  const { eventBridge, clock } = context.services;
  const { ScheduleExpression: expression, ...said } = readProperties(context, ruleSchema);
  const name = said.Name ?? madeUpName(context);
  const isEnabled = said.State !== 'DISABLED';
  eventBridge.putRule({
    name,
    isEnabled,
    targets: said.Targets as RuleTarget[],
    ...(said.EventPattern === undefined ? {} : { eventPattern: said.EventPattern }),
  });
  if (expression !== undefined && isEnabled) {
    context.whenReady(() => {
      const since = clock.now();
      context.whenStopped(
        followTimes({
          times: readScheduleExpression(expression, { timeZone: 'UTC', since }),
          clock,
          after: since,
          at: (time) => eventBridge.fire(name, scheduledEvent(name, new Date(time))),
        }),
      );
    });
  }
  return { Ref: name, Arn: ruleArnOf(name) };
};

/** `AWS::Scheduler::Schedule`: a schedule in its time zone. */
export const schedule: Body = (context) => {
  const said = readProperties(
    { ...context, properties: { Name: madeUpName(context), ...context.properties } },
    scheduleSchema,
  );
  return { Ref: said.Name, Arn: context.services.scheduler.putSchedule(said) };
};

/** `AWS::Scheduler::ScheduleGroup`: where schedules can be created. */
export const scheduleGroup: Body = (context) => {
  const { Name = madeUpName(context) } = readProperties(context, z.object({ Name: z.string().optional() }));
  context.services.scheduler.putGroup(Name);
  return { Ref: Name, Arn: `arn:aws:scheduler:${localRegion}:${localAccount}:schedule-group/${Name}` };
};
