import { serveThread } from '../services/threads/serve-thread.ts';

// What every thread of a worker starts with. The bundler makes each of these a table of all the files there are.
export default serveThread((name) => {
  const [folder = '', ...path] = name.split('/');
  const file = path.join('/');
  switch (folder) {
    case 'services':
      return import(`../services/${file}.thread.ts`);
    case 'tasks':
      return import(`../tasks/${file}.thread.ts`);
    default:
      throw new Error(`${name}.thread.ts must lie in services or tasks`);
  }
});
