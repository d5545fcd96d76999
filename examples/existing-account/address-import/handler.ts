import { createInterface } from 'node:readline';
import { handle } from '../../../tasks/handle.ts';
import { addressImport } from './task.ts';

export default handle(addressImport, async ({ file }, { services, signal, progress }) => {
  let lines = 0;
  for await (const _line of createInterface({ input: await services.files.read(file, signal) })) {
    lines += 1;
    progress({ done: lines, unit: 'lines' });
  }
  return { lines };
});
