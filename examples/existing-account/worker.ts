import ledgerCleanup from '../../tasks/ledger-cleanup/handler.ts';
import outboxRelay from '../../tasks/outbox-relay/handler.ts';
import virusScanResult from '../../tasks/virus-scan-result/handler.ts';
import { runWorker } from '../../worker/run-worker.ts';
import addressImport from './address-import/handler.ts';
import { tasks } from './catalogue.ts';
import invoiceReminder from './invoice-reminder/handler.ts';

/** What the image of this application runs: the house's worker with this application's handlers. */
await runWorker({
  tasks,
  handlers: new Map(
    [virusScanResult, ledgerCleanup, outboxRelay, addressImport, invoiceReminder].map(
      (handler) => [handler.task.name, handler] as const,
    ),
  ),
});
