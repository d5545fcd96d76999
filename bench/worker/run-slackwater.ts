import { SSMClient } from '@aws-sdk/client-ssm';
import { pino } from 'pino';
import { createLedger } from '../../ledger/create-ledger.ts';
import { createServices } from '../../services/create-services.ts';
import { openDatabase } from '../../services/database/open-database.ts';
import { threadsHere } from '../../services/threads/threads-here.ts';
import { createTypesetter } from '../../services/typesetting/create-typesetter.ts';
import type { Handler } from '../../tasks/handle.ts';
import { createEcsAgent } from '../../worker/ecs-agent.ts';
import { createLog } from '../../worker/log.ts';
import { noService } from '../../worker/own-service.ts';
import { createSqsClients } from '../../worker/sqs-clients.ts';
import { startWorker } from '../../worker/start-worker.ts';
import { standardTimings } from '../../worker/timings.ts';
import { answerParent, processArgument } from '../measuring/ask.ts';
import { pausedTasksParameter } from '../measuring/paused-tasks-parameter.ts';
import { benchHandler, benchTask } from './bench-task.ts';
import { awsOf, type ContenderSettings, contenderAnswers } from './contender.ts';
import { createTrustingLedger } from './trusting-ledger.ts';

const { endpoint, queue, inFlight, databaseUrl } = processArgument<ContenderSettings>();
const aws = awsOf(endpoint);
// As in production, but that nobody reads it.
const output = pino.destination({ dest: '/dev/null', sync: true });
const database = openDatabase(
  { url: databaseUrl ?? 'postgres://nobody' },
  { maximumConnections: inFlight + 6 },
);

const noClaimChecks = { put: async () => '', get: async () => '' };

const worker = await startWorker({
  name: 'bench',
  deployment: 'bench',
  queues: [
    { task: benchTask, url: queue, arn: 'arn:aws:sqs:eu-west-2:000000000000:bench', deadLetterUrl: queue },
  ],
  handlers: new Map([[benchTask.name, benchHandler as unknown as Handler]]),
  ledger: databaseUrl === undefined ? createTrustingLedger() : createLedger(database),
  services: createServices({
    database,
    buckets: { quarantine: 'none', clean: 'none', reports: 'none' },
    threads: threadsHere,
    typesetter: createTypesetter({ entry: new URL('../../worker/typesetting.ts', import.meta.url) }),
    keptRuns: { days: 90, claimCheckBucket: 'none' },
  }),
  claimChecks: noClaimChecks,
  replyDestinations: [],
  replyClaimChecks: noClaimChecks,
  sqs: createSqsClients(standardTimings.longPollSeconds, aws),
  ssm: new SSMClient(aws),
  pausedTasksParameter,
  takePermits: () => Promise.reject(new Error('the benchmark limits no task')),
  agent: createEcsAgent(undefined),
  service: noService,
  slots: inFlight,
  stopTimeoutSeconds: 30,
  prepare: async () => {},
  timings: standardTimings,
  log: createLog({ level: 'info', worker: 'bench', output, redactors: () => [] }),
  write: (line) => void output.write(line),
});

answerParent(contenderAnswers, () => worker.stop());
