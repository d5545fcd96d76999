-- When what a person sent was erased: the run stays, and with it the counts.
ALTER TABLE run ADD COLUMN forgotten_at timestamptz;
-- For finding what is to be forgotten, and what is old: neither column ever changes while a run is worked on.
CREATE INDEX run_group ON run (message_group) WHERE message_group IS NOT NULL;
CREATE INDEX run_created ON run (created_at);
-- For removing runs with all that hangs on them.
CREATE INDEX run_alias_run ON run_alias (run_id);

-- Objects in the claim-check bucket that hold what a run was sent or answered: `s3://bucket/key?versionId=…`.
CREATE TABLE run_claim_check (
  run_id uuid NOT NULL REFERENCES run ON DELETE CASCADE,
  reference text NOT NULL
);
CREATE INDEX run_claim_check_run ON run_claim_check (run_id);

-- Erases what these runs and their children hold, and cancels those that have not ended. Answers how many were erased
-- and how many claim checks of them are still to be deleted.
CREATE FUNCTION erase_runs(asked uuid[], OUT runs integer, OUT claim_checks integer)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  family uuid[];
BEGIN
  WITH RECURSIVE member AS (
    SELECT unnest(asked) AS run_id
    UNION
    SELECT child.run_id FROM run AS child JOIN member ON child.parent_run_id = member.run_id
  ), locked AS (
    -- In one order, as everybody who locks many.
    SELECT run.run_id FROM run JOIN member USING (run_id) ORDER BY run.run_id FOR NO KEY UPDATE OF run
  )
  SELECT array_agg(run_id) INTO family FROM locked;
  UPDATE run_attempt SET
    error = NULL, outcome = coalesce(outcome, 'cancelled'), ended_at = coalesce(ended_at, clock_timestamp())
  WHERE run_id = ANY (family);
  UPDATE run_family SET follow_up_task = NULL, follow_up_input = NULL WHERE parent_run_id = ANY (family);
  UPDATE run SET
    state = CASE WHEN state IN ('open', 'running') THEN 'cancelled' ELSE state END,
    ended_at = coalesce(ended_at, clock_timestamp()), lease_until = NULL, not_before = NULL,
    message_id = NULL, input = NULL, data_digest = NULL, idempotency_key = NULL, message_group = NULL,
    progress = NULL, result = NULL, reason = NULL, error = NULL, forgotten_at = clock_timestamp()
  WHERE run_id = ANY (family) AND forgotten_at IS NULL;
  GET DIAGNOSTICS runs = ROW_COUNT;
  SELECT count(*) INTO claim_checks FROM run_claim_check WHERE run_id = ANY (family);
END $$;
REVOKE ALL ON FUNCTION erase_runs(uuid[]) FROM PUBLIC;

-- Forgets one run. Without a row it writes a cancelled one, so that a message that is still on its way is neither worked
-- on nor written down.
CREATE FUNCTION forget_run(asked uuid, OUT runs integer, OUT claim_checks integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  canonical uuid := coalesce((SELECT run_id FROM run_alias WHERE alias_run_id = asked), asked);
BEGIN
  INSERT INTO run (run_id, state, ended_at) VALUES (canonical, 'cancelled', clock_timestamp())
  ON CONFLICT (run_id) DO NOTHING;
  SELECT erased.runs, erased.claim_checks INTO runs, claim_checks FROM erase_runs(ARRAY[canonical]) AS erased;
END $$;
REVOKE ALL ON FUNCTION forget_run(uuid) FROM PUBLIC;

-- Forgets some runs of the message groups, at most so many and their children. Call it until it answers no more runs.
CREATE FUNCTION forget_groups(asked text[], most integer, OUT runs integer, OUT claim_checks integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  chosen uuid[] := ARRAY (SELECT run_id FROM run WHERE message_group = ANY (asked) LIMIT most);
BEGIN
  SELECT erased.runs, erased.claim_checks INTO runs, claim_checks FROM erase_runs(chosen) AS erased;
END $$;
REVOKE ALL ON FUNCTION forget_groups(text[], integer) FROM PUBLIC;
DO $$
BEGIN
  IF to_regrole('slackwater_webapp') IS NOT NULL THEN
    GRANT EXECUTE ON FUNCTION forget_run(uuid) TO slackwater_webapp;
    GRANT EXECUTE ON FUNCTION forget_groups(text[], integer) TO slackwater_webapp;
  END IF;
END $$;

-- Removes some runs of which nothing was heard for so many days, at most so many; answers how many. Call it until there
-- are none. A parent stays while its children are awaited, a forgotten run until its claim checks are deleted.
CREATE FUNCTION remove_old_runs(days integer, most integer) RETURNS integer
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  before timestamptz := clock_timestamp() - make_interval(days => days);
  removed integer;
BEGIN
  IF days < 30 THEN
    RAISE EXCEPTION 'Messages of a run may come for weeks after its end: keep runs at least 30 days, not %', days;
  END IF;
  WITH old AS (
    SELECT run_id FROM run
    WHERE created_at < before
      AND greatest(started_at, ended_at, lease_until, not_before, created_at) < before
      AND NOT EXISTS (
        SELECT FROM run AS child WHERE child.parent_run_id = run.run_id AND child.state IN ('open', 'running')
      )
      AND NOT (
        forgotten_at IS NOT NULL
        AND EXISTS (SELECT FROM run_claim_check WHERE run_claim_check.run_id = run.run_id)
      )
    ORDER BY created_at
    LIMIT most
    FOR UPDATE SKIP LOCKED
  )
  DELETE FROM run USING old WHERE run.run_id = old.run_id;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END $$;
REVOKE ALL ON FUNCTION remove_old_runs(integer, integer) FROM PUBLIC;

CREATE OR REPLACE VIEW run_status AS
SELECT
  named.run_id, run.task, run.state, run.earlier_attempts + run.attempts AS attempts, run.progress, run.result,
  CASE WHEN run.state IN ('open', 'running', 'dead') THEN run.reason END AS error,
  run.sent_at, run.started_at, run.ended_at,
  CASE WHEN run.state = 'open' AND run.not_before > clock_timestamp() THEN run.not_before END AS not_before,
  family.waiting AS children_waiting, family.done AS children_done, family.dead AS children_dead,
  family.cancelled AS children_cancelled, run.forgotten_at
FROM (
  SELECT run_id, run_id AS canonical_run_id FROM run
  UNION ALL
  SELECT alias_run_id, run_id FROM run_alias
) AS named
JOIN run ON run.run_id = named.canonical_run_id
LEFT JOIN run_family AS family ON family.parent_run_id = run.run_id;
