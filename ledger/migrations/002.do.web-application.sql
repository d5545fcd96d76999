-- What a web application may see of runs, also under the id of a message that shared another's idempotency key.
CREATE VIEW run_status AS
SELECT
  named.run_id, run.task, run.state, run.earlier_attempts + run.attempts AS attempts, run.progress, run.result,
  CASE WHEN run.state IN ('open', 'running', 'dead') THEN run.reason END AS error,
  run.sent_at, run.started_at, run.ended_at,
  CASE WHEN run.state = 'open' AND run.not_before > clock_timestamp() THEN run.not_before END AS not_before,
  family.waiting AS children_waiting, family.done AS children_done, family.dead AS children_dead,
  family.cancelled AS children_cancelled
FROM (
  SELECT run_id, run_id AS canonical_run_id FROM run
  UNION ALL
  SELECT alias_run_id, run_id FROM run_alias
) AS named
JOIN run ON run.run_id = named.canonical_run_id
LEFT JOIN run_family AS family ON family.parent_run_id = run.run_id;

-- Cancels a run that has not ended; answers whether it is cancelled now. Without a row it writes a cancelled one, so
-- that a message that is still on its way is not worked on.
CREATE FUNCTION cancel_run(asked uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  canonical uuid := coalesce((SELECT run_id FROM run_alias WHERE alias_run_id = asked), asked);
  before run;
BEGIN
  INSERT INTO run (run_id, state, ended_at) VALUES (canonical, 'cancelled', clock_timestamp())
  ON CONFLICT (run_id) DO NOTHING;
  IF FOUND THEN
    RETURN true;
  END IF;
  SELECT * INTO before FROM run WHERE run_id = canonical FOR NO KEY UPDATE;
  IF before.state IN ('open', 'running') THEN
    UPDATE run SET state = 'cancelled', ended_at = clock_timestamp(), lease_until = NULL, not_before = NULL
    WHERE run_id = canonical;
    UPDATE run_attempt SET outcome = 'cancelled', ended_at = clock_timestamp()
    WHERE run_id = canonical AND number = before.token AND outcome IS NULL;
    RETURN true;
  END IF;
  RETURN before.state = 'cancelled';
END $$;
REVOKE ALL ON FUNCTION cancel_run(uuid) FROM PUBLIC;

-- A login of the web application becomes a member of this role. Where the migrating user may not make roles, the
-- owner of the database makes it and grants the same.
DO $$
BEGIN
  IF to_regrole('slackwater_webapp') IS NULL THEN
    CREATE ROLE slackwater_webapp NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
END $$;
DO $$
BEGIN
  IF to_regrole('slackwater_webapp') IS NOT NULL THEN
    GRANT SELECT ON run_status TO slackwater_webapp;
    GRANT EXECUTE ON FUNCTION cancel_run(uuid) TO slackwater_webapp;
  END IF;
END $$;
