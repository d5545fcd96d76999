import { type LocalPostgres, startPostgres } from '../../local/postgres.ts';

/** A database server that can be taken away and comes back on the same address, with all it had. */
export interface RestartingDatabase {
  url: string;
  /** Ends the server in order or as a crash would, and starts it again after so long. */
  restart(how: 'stop' | 'crash', awayMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a database server of its own in the folder. */
export async function startRestartingDatabase(directory: string): Promise<RestartingDatabase> {
  const quiet = { directory, log: () => undefined };
  let server: LocalPostgres = await startPostgres(quiet);
  const { url } = server;
  return {
    url,
    restart: async (how, awayMs) => {
      await server[how]();
      await new Promise((resolve) => setTimeout(resolve, awayMs));
      server = await startPostgres({ ...quiet, port: Number(new URL(url).port) });
    },
    stop: () => server.stop(),
  };
}
