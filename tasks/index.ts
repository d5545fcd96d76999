import { complianceReport } from './compliance-report/task.ts';
import { councilReports } from './council-reports/task.ts';
import { ledgerCleanup } from './ledger-cleanup/task.ts';
import { outboxRelay } from './outbox-relay/task.ts';
import { propertyReport } from './property-report/task.ts';
import { propertyUpload } from './property-upload/task.ts';
import { uploadReport } from './upload-report/task.ts';
import { virusScanResult } from './virus-scan-result/task.ts';

/** The catalogue: every kind of work there is, one line a task. */
export const tasks = [
  virusScanResult,
  propertyUpload,
  propertyReport,
  complianceReport,
  uploadReport,
  councilReports,
  outboxRelay,
  ledgerCleanup,
] as const;
