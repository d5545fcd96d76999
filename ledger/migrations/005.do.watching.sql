-- Until when somebody watches the run live, and when the watchers were last told of a change. Only of watched runs
-- anybody is notified: every commit that notifies waits for its turn among all others that do. The columns stand here
-- so that the trigger costs nothing where nobody watches.
ALTER TABLE run ADD COLUMN watched_until timestamptz, ADD COLUMN notified_at timestamptz;

-- Says for the next minute that the run is watched; answers its own id, in whose channel it is told of changes. Call it
-- again within 30 s. A run without a row, or one that has ended, is nothing to watch.
CREATE FUNCTION watch_run(asked uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  canonical uuid := coalesce((SELECT run_id FROM run_alias WHERE alias_run_id = asked), asked);
BEGIN
  UPDATE run SET watched_until = clock_timestamp() + interval '60 seconds'
  WHERE run_id = canonical AND state IN ('open', 'running')
    AND (watched_until IS NULL OR watched_until < clock_timestamp() + interval '30 seconds');
  RETURN canonical;
END $$;
REVOKE ALL ON FUNCTION watch_run(uuid) FROM PUBLIC;
DO $$
BEGIN
  IF to_regrole('slackwater_webapp') IS NOT NULL THEN
    GRANT EXECUTE ON FUNCTION watch_run(uuid) TO slackwater_webapp;
  END IF;
END $$;

-- Tells those who watch the run that it changes, in the channel run_<id without hyphens>, at most once a second: whoever
-- hears of one change looks again a second later.
CREATE FUNCTION notify_watchers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.watched_until > clock_timestamp()
    AND (NEW.notified_at IS NULL OR NEW.notified_at <= clock_timestamp() - interval '1 second')
  THEN
    NEW.notified_at := clock_timestamp();
    PERFORM pg_notify('run_' || replace(NEW.run_id::text, '-', ''), '');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER notify_watchers BEFORE UPDATE OF state, progress ON run FOR EACH ROW
  WHEN (
    NEW.watched_until IS NOT NULL
    AND (OLD.state <> NEW.state OR OLD.progress::text IS DISTINCT FROM NEW.progress::text)
  )
  EXECUTE FUNCTION notify_watchers();
