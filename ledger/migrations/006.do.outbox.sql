-- Messages of transactions of the web application that are not on their queues yet: they are seen only if it commits.
CREATE TABLE outbox (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  transaction_id xid8 NOT NULL,
  position bigint GENERATED ALWAYS AS IDENTITY,
  task text NOT NULL,
  -- The envelope as it goes onto the queue.
  body text NOT NULL,
  message_group text,
  delay_seconds integer,
  added_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX outbox_transaction ON outbox (transaction_id, position);

-- Adds messages to the caller's transaction, which has to be the one that a relay was told of; answers their ids in
-- order. Nobody can guess an id, so only who added a message can remove it.
CREATE FUNCTION add_to_outbox(asked xid8, tasks text[], bodies text[], groups text[], delays integer[])
RETURNS uuid[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  ids uuid[];
BEGIN
  IF asked <> pg_current_xact_id() THEN
    RAISE EXCEPTION 'transaction % is over: each statement was a transaction of its own', asked
      USING ERRCODE = 'no_active_sql_transaction';
  END IF;
  WITH added AS (
    INSERT INTO outbox (transaction_id, task, body, message_group, delay_seconds)
    SELECT asked, task, body, message_group, delay_seconds
    FROM unnest(tasks, bodies, groups, delays) WITH ORDINALITY
      AS message (task, body, message_group, delay_seconds, position)
    ORDER BY message.position
    RETURNING id, position
  )
  SELECT coalesce(array_agg(id ORDER BY position), '{}') INTO ids FROM added;
  RETURN ids;
END $$;
REVOKE ALL ON FUNCTION add_to_outbox(xid8, text[], text[], text[], integer[]) FROM PUBLIC;

-- Which of these messages were committed and wait for being sent: none of a transaction that is open or rolled back,
-- and none that was rolled back to a savepoint.
CREATE FUNCTION left_in_outbox(asked uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT id FROM outbox WHERE id = ANY (asked) AND pg_xact_status(transaction_id) = 'committed'
$$;
REVOKE ALL ON FUNCTION left_in_outbox(uuid[]) FROM PUBLIC;

-- Takes out what is on its queue.
CREATE FUNCTION remove_from_outbox(sent uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DELETE FROM outbox WHERE id = ANY (sent)
$$;
REVOKE ALL ON FUNCTION remove_from_outbox(uuid[]) FROM PUBLIC;

DO $$
BEGIN
  IF to_regrole('slackwater_webapp') IS NOT NULL THEN
    GRANT EXECUTE ON FUNCTION add_to_outbox(xid8, text[], text[], text[], integer[]) TO slackwater_webapp;
    GRANT EXECUTE ON FUNCTION left_in_outbox(uuid[]) TO slackwater_webapp;
    GRANT EXECUTE ON FUNCTION remove_from_outbox(uuid[]) TO slackwater_webapp;
  END IF;
END $$;
