import { threadStream } from '../../services/threads/thread-work.ts';
import { findRecords } from './find-records.ts';

/** `findRecords` on a thread. */
export default threadStream('tasks/property-upload/find-records', findRecords);
