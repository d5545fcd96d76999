import { threadStream } from '../../services/threads/thread-work.ts';
import { checkRows } from './check-rows.ts';

/** `checkRows` on a thread: a file keeps it busy for seconds. */
export default threadStream('tasks/property-upload/check-rows', checkRows);
