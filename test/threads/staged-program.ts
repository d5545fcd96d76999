import { createThreads } from '../../services/threads/create-threads.ts';
import behave from './behave.thread.ts';

const threads = createThreads({ entry: new URL('./trial-entry.js', import.meta.url) });
console.log(await threads.run(behave, { how: 'return' }));
await threads.run(behave, { how: 'throw' }).catch((error) => console.log(error.stack));
