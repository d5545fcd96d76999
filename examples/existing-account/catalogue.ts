import { ledgerCleanup } from '../../tasks/ledger-cleanup/task.ts';
import { outboxRelay } from '../../tasks/outbox-relay/task.ts';
import { virusScanResult } from '../../tasks/virus-scan-result/task.ts';
import { addressImport } from './address-import/task.ts';
import { invoiceReminder } from './invoice-reminder/task.ts';

/** The house's own tasks, for scan verdicts, old runs and messages in transactions, and two of this application. */
export const tasks = [virusScanResult, ledgerCleanup, outboxRelay, addressImport, invoiceReminder] as const;
