import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../json-protocol.ts';
import type { KnownSchedule } from './create-scheduler.ts';

/** Answers GetSchedule and ListSchedules of Scheduler's REST API. */
export async function handleScheduler({
  request,
  response,
  named,
  all,
}: {
  request: IncomingMessage;
  response: ServerResponse;
  named: (name: string, group?: string) => KnownSchedule;
  all: () => KnownSchedule[];
}): Promise<void> {
  try {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
    const name = /^\/schedules\/([^/]+)$/.exec(pathname)?.[1];
    if (request.method === 'GET' && pathname === '/schedules') {
      const [prefix, group] = [searchParams.get('NamePrefix') ?? '', searchParams.get('ScheduleGroup')];
      const found = all().filter(
        (one) => one.Name.startsWith(prefix) && (group === null || one.GroupName === group),
      );
      answer(response, 200, { Schedules: found.map(summary) });
    } else if (request.method === 'GET' && name !== undefined) {
      answer(
        response,
        200,
        detail(named(decodeURIComponent(name), searchParams.get('groupName') ?? undefined)),
      );
    } else {
      throw new AwsError(
        'UnknownOperationException',
        `${request.method} ${pathname} is not part of the local scheduler: schedules come from the template`,
      );
    }
  } catch (error) {
    const known =
      error instanceof AwsError
        ? error
        : new AwsError('InternalServerException', String(error), { status: 500 });
    response.setHeader('x-amzn-errortype', known.code);
    answer(response, known.status, { Message: known.message });
  }
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
