import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../test/test-database.ts';
import { type ProgressEvent, watchProgress } from './watch-progress.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('tells how far a run is that takes a while, and of one that has ended no more', async () => {
  const { pool } = database;
  const insert = (state: string, done: number) =>
    pool.query(
      `INSERT INTO run (run_id, task, state, progress, started_at)
       VALUES (gen_random_uuid(), 'property-upload', $1, json_build_object('done', $2::int), now())`,
      [state, done],
    );
  await insert('running', 1);
  await insert('done', 9);
  const told: ProgressEvent[] = [];
  const stop = watchProgress(pool, (event) => told.push(event), 90);
  await expect.poll(() => told.length).toBe(1);
  expect(told[0]).toMatchObject({ kind: 'run-progress', task: 'property-upload', progress: { done: 1 } });
  await pool.query(`UPDATE run SET progress = '{"done": 2}' WHERE state = 'running'`);
  await expect.poll(() => told.length).toBe(2);
  await stop();
  expect(told.map(({ progress }) => progress.done)).toEqual([1, 2]);
});
