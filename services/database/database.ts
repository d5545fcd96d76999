import type { Pool } from 'pg';

/** The one pool of Postgres connections of a worker; idle ones close soon, so that Aurora can pause. */
export type Database = Pool;
