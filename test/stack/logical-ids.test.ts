import { describe, expect, it } from 'vitest';
import { prod } from './prod.ts';

/** What holds data: a new logical id is a new, empty resource, and the old one stays behind or goes with its data. */
const stateful = [
  'AWS::SQS::Queue',
  'AWS::S3::Bucket',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::SecretsManager::Secret',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
];

describe('an upgrade', () => {
  it('replaces nothing that holds data: its logical ids are these', () => {
    const ids = stateful.flatMap((type) =>
      prod.ofType(type).map(([id]) => `${type.split('::').at(-1)} ${id}`),
    );
    expect(ids.sort()).toMatchInlineSnapshot(`
      [
        "Bucket FilesClaimChecksDEB35B2F",
        "Bucket FilesReports78651758",
        "Bucket IntakeCleanB41FFDE5",
        "Bucket IntakeQuarantine4542C5D0",
        "DBCluster DatabaseCluster5B53A178",
        "DBInstance DatabaseClusterWriterD43085C6",
        "Key Key961B73FD",
        "LogGroup AlarmsUploadWatchLogs3C0A2DA9",
        "LogGroup AlarmsWorkerExitsLogs61A82907",
        "LogGroup DemandLogs1961F312",
        "LogGroup NetworkFlowLogs2BEC3212",
        "LogGroup WorkerLogs4B5B6506",
        "Queue IntakeUndeliveredVerdicts600D15D8",
        "Queue Queuescompliancereport4F986189",
        "Queue QueuescompliancereportdeadletterBA662B2E",
        "Queue Queuescouncilreports702B0B11",
        "Queue Queuescouncilreportsdeadletter4FDD76ED",
        "Queue Queuesledgercleanup0AFC8E4C",
        "Queue Queuesledgercleanupdeadletter0610C80B",
        "Queue Queuesoutboxrelay6A62BCFB",
        "Queue Queuesoutboxrelaydeadletter5E3C8BB0",
        "Queue Queuespropertyreport1F691CBC",
        "Queue QueuespropertyreportdeadletterCBB295F6",
        "Queue QueuespropertyuploadB8ED9F4A",
        "Queue QueuespropertyuploaddeadletterA36B712B",
        "Queue QueuesuploadreportD0951D24",
        "Queue QueuesuploadreportdeadletterFB063270",
        "Queue Queuesvirusscanresult9435E651",
        "Queue QueuesvirusscanresultdeadletterBE5696DB",
        "Queue SchedulesUndelivered227B55D0",
        "Secret slackwaterprodDatabaseClusterSecret519592513fdaad7efa858a3daf9490cf0a702aeb",
      ]
    `);
  });

  it('renames no queue, which would be a new one', () => {
    const names = prod.properties('AWS::SQS::Queue').map(({ QueueName }) => QueueName);
    expect(names.sort()).toMatchInlineSnapshot(`
      [
        "slackwater-prod-compliance-report",
        "slackwater-prod-compliance-report-dead-letter",
        "slackwater-prod-council-reports",
        "slackwater-prod-council-reports-dead-letter",
        "slackwater-prod-ledger-cleanup",
        "slackwater-prod-ledger-cleanup-dead-letter",
        "slackwater-prod-outbox-relay",
        "slackwater-prod-outbox-relay-dead-letter",
        "slackwater-prod-property-report",
        "slackwater-prod-property-report-dead-letter",
        "slackwater-prod-property-upload",
        "slackwater-prod-property-upload-dead-letter",
        "slackwater-prod-undelivered-schedules",
        "slackwater-prod-undelivered-verdicts",
        "slackwater-prod-upload-report",
        "slackwater-prod-upload-report-dead-letter",
        "slackwater-prod-virus-scan-result",
        "slackwater-prod-virus-scan-result-dead-letter",
      ]
    `);
  });
});
