import { join } from 'node:path';
import { serveTypesetting } from '../services/typesetting/serve-typesetting.ts';

// What the typesetting process of a worker runs.
serveTypesetting(join(import.meta.dirname, '..', 'services/typesetting'));
