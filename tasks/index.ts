import { outboxRelay } from './outbox-relay/task.ts';
import { propertyReport } from './property-report/task.ts';
import { propertyUpload } from './property-upload/task.ts';
import { virusScanResult } from './virus-scan-result/task.ts';

/** The catalogue: every kind of work there is, one line a task. */
export const tasks = [virusScanResult, propertyUpload, propertyReport, outboxRelay] as const;
