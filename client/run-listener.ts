import { Client, type QueryResultRow } from 'pg';
import { query as ask, type Connection, translated } from '../ledger/database.ts';
import type { RunStatus } from '../ledger/ledger.ts';
import { status } from '../ledger/status.ts';
import { watchChannel, watchRun } from '../ledger/watch.ts';
import { connectTimeoutMs } from './with-ledger.ts';

/** Hears of changes of runs on one connection for all that are watched; it is open only while somebody watches. */
export interface RunListener {
  /** Begins to watch a run. Call `leave` in the end. */
  join(runId: string): Watcher;
}

/** One who watches a run. */
export interface Watcher {
  /** Reads how the run goes, and has changes told from then on. Throws LedgerUnreachable; then ask again. */
  look(): Promise<RunStatus>;
  /** Calls back once, when the run changes or the connection is lost; at once if it did since the last look. */
  onChange(call: () => void): void;
  leave(): Promise<void>;
}

/** A server that says nothing for so long is taken for gone. */
const queryTimeoutMs = 10_000;

/** Makes a listener that asks for the address with each connection that it opens. */
export function createRunListener(databaseUrl: () => string | Promise<string>): RunListener {
  let watchers = 0;
  let line: Promise<Line> | undefined;

  const openLine = () => {
    const opened = openLineTo(databaseUrl, () => {
      if (line === opened) line = undefined;
    });
    // Whoever opened it is told; the next one tries again.
    opened.catch(() => {
      if (line === opened) line = undefined;
    });
    line = opened;
    return opened;
  };

  return {
    join: (runId) => {
      watchers += 1;
      let heardOn: { line: Line; channel: string } | undefined;
      let changed = false;
      let call: (() => void) | undefined;
      const hear = () => {
        changed = true;
        call?.();
      };
      return {
        look: async () => {
          changed = false;
          const current = await (line ?? openLine());
          const channel = watchChannel(await watchRun(current, runId));
          if (heardOn?.line !== current || heardOn.channel !== channel) {
            await current.listen(channel, hear);
            heardOn = { line: current, channel };
          }
          return status(current, runId);
        },
        onChange: (next) => {
          call = () => {
            call = undefined;
            next();
          };
          if (changed) call();
        },
        leave: async () => {
          watchers -= 1;
          await heardOn?.line.unlisten(heardOn.channel, hear);
          if (watchers > 0) return;
          const last = line;
          line = undefined;
          await last?.then((one) => one.close()).catch(() => undefined);
        },
      };
    },
  };
}

/** A connection that hears channels. */
interface Line extends Connection {
  listen(channel: string, hear: () => void): Promise<void>;
  unlisten(channel: string, hear: () => void): Promise<void>;
  close(): void;
}

/** Connects; everybody who listens is called also when the connection is lost. Throws LedgerUnreachable. */
async function openLineTo(databaseUrl: () => string | Promise<string>, onLost: () => void): Promise<Line> {
  const client = new Client({
    connectionString: await databaseUrl(),
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
  });
  const hearing = new Map<string, Set<() => void>>();
  const lose = () => {
    onLost();
    void client.end().catch(() => undefined);
    for (const hear of [...hearing.values()].flatMap((one) => [...one])) hear();
    hearing.clear();
  };
  client.on('error', lose);
  client.on('end', lose);
  client.on('notification', ({ channel }) => {
    for (const hear of hearing.get(channel) ?? []) hear();
  });
  await client.connect().catch((error: unknown) => {
    throw translated(error);
  });

  let turn: Promise<unknown> = Promise.resolve();
  /** One statement after the other, as the client wants it; after a failure nobody knows what the connection is in. */
  const query = <Row extends QueryResultRow>(sql: string, values: unknown[]) => {
    const answer = turn.then(() => client.query<Row>(sql, values));
    turn = answer.catch(lose);
    return answer;
  };

  return {
    query,
    listen: async (channel, hear) => {
      hearing.set(channel, (hearing.get(channel) ?? new Set()).add(hear));
      await ask({ query }, `LISTEN ${channel}`, []);
    },
    unlisten: async (channel, hear) => {
      const others = hearing.get(channel);
      others?.delete(hear);
      if (others?.size !== 0) return;
      hearing.delete(channel);
      await ask({ query }, `UNLISTEN ${channel}`, []).catch(() => undefined);
    },
    close: () => void client.end().catch(() => undefined),
  };
}
