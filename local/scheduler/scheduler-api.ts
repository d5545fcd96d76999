import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { AwsError } from '../json-protocol.ts';
import { type KnownSchedule, type Schedule, scheduleSchema } from './schedule.ts';

/** What Scheduler's REST API asks of the local Scheduler. */
export interface SchedulerActions {
  /** Throws AwsError ResourceNotFoundException. */
  named(name: string, group?: string): KnownSchedule;
  all(): KnownSchedule[];
  /** Answers the ARN. Throws AwsError ConflictException, ResourceNotFoundException or ValidationException. */
  create(schedule: Schedule, clientToken: string | undefined): string;
  /** Throws AwsError ResourceNotFoundException. */
  remove(name: string, group: string): void;
}

/** A request's body: what the URL says and what only the template may say are not in it. */
const createSchema = scheduleSchema.omit({ Name: true, StartDate: true, EndDate: true }).extend({
  ClientToken: z.string().optional(),
  Target: scheduleSchema.shape.Target.extend({ RoleArn: z.string().startsWith('arn:aws:iam::') }),
});

/** Answers CreateSchedule, DeleteSchedule, GetSchedule and ListSchedules of Scheduler's REST API. */
export async function handleScheduler(
  request: IncomingMessage,
  response: ServerResponse,
  actions: SchedulerActions,
): Promise<void> {
  try {
    answer(response, 200, await act(request, actions));
  } catch (error) {
    const known =
      error instanceof AwsError
        ? error
        : new AwsError('InternalServerException', String(error), { status: 500 });
    response.setHeader('x-amzn-errortype', known.code);
    answer(response, known.status, { Message: known.message });
  }
}

async function act(request: IncomingMessage, actions: SchedulerActions): Promise<object> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
  const name = decodeURIComponent(/^\/schedules\/([^/]+)$/.exec(pathname)?.[1] ?? '');
  const group = searchParams.get('groupName') ?? undefined;
  if (request.method === 'GET' && pathname === '/schedules') return list(searchParams, actions);
  if (request.method === 'GET' && name) return detail(actions.named(name, group));
  if (request.method === 'POST' && name) return create(name, await text(request), actions);
  if (request.method === 'DELETE' && name) {
    actions.remove(name, group ?? 'default');
    return {};
  }
  throw new AwsError(
    'UnknownOperationException',
    `${request.method} ${pathname} is not part of the local scheduler`,
  );
}

function create(name: string, body: string, actions: SchedulerActions): object {
  const parsed = createSchema.safeParse(JSON.parse(body));
  if (!parsed.success || !/^[0-9a-zA-Z_.-]{1,64}$/.test(name)) {
    const reasons = parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new AwsError('ValidationException', `${name}: ${(reasons ?? ['is no name']).join('; ')}`);
  }
  const { ClientToken, ...schedule } = parsed.data;
  return { ScheduleArn: actions.create({ ...schedule, Name: name }, ClientToken) };
}

function list(asked: URLSearchParams, { all }: SchedulerActions): object {
  const [prefix, group] = [asked.get('NamePrefix') ?? '', asked.get('ScheduleGroup')];
  const found = all().filter(
    (one) => one.Name.startsWith(prefix) && (group === null || one.GroupName === group),
  );
  return { Schedules: found.map(summary) };
}

function summary(schedule: KnownSchedule): object {
  return {
    Arn: schedule.arn,
    Name: schedule.Name,
    GroupName: schedule.GroupName,
    State: schedule.State,
    CreationDate: schedule.createdAt / 1000,
    LastModificationDate: schedule.createdAt / 1000,
    Target: { Arn: schedule.Target.Arn },
  };
}

function detail({ arn, createdAt, StartDate, EndDate, ...schedule }: KnownSchedule): object {
  return {
    ...schedule,
    Arn: arn,
    CreationDate: createdAt / 1000,
    LastModificationDate: createdAt / 1000,
    ...(StartDate === undefined ? {} : { StartDate: Date.parse(StartDate) / 1000 }),
    ...(EndDate === undefined ? {} : { EndDate: Date.parse(EndDate) / 1000 }),
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': crypto.randomUUID() });
  response.end(JSON.stringify(body));
}
