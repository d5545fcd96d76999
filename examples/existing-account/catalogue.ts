import { virusScanResult } from '../../tasks/virus-scan-result/task.ts';
import { addressImport } from './address-import/task.ts';
import { invoiceReminder } from './invoice-reminder/task.ts';

/** The house's own task for scan verdicts, and two of this application. */
export const tasks = [virusScanResult, addressImport, invoiceReminder] as const;
