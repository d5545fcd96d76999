import { serveThread } from '../../services/threads/serve-thread.ts';

export default serveThread((name) => import(`./${name.slice('test/threads/'.length)}.thread.ts`));
