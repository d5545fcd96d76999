-- One row a run: all that became of one message.
CREATE TABLE run (
  run_id uuid PRIMARY KEY,
  -- Unknown for a run that was cancelled before its message came.
  task text,
  source text,
  message_id text,
  state text NOT NULL CHECK (state IN ('open', 'running', 'done', 'dead', 'cancelled')),
  -- Raised by every claim; whoever settles must hold the newest.
  token integer NOT NULL DEFAULT 0,
  worker text,
  lease_until timestamptz,
  -- Attempts that count, since the run began or was redriven, and those of before.
  attempts integer NOT NULL DEFAULT 0,
  earlier_attempts integer NOT NULL DEFAULT 0,
  vanished integer NOT NULL DEFAULT 0,
  not_before timestamptz,
  -- JSON is kept as its text: jsonb refuses the character NUL and half surrogate pairs.
  input json,
  data_digest text,
  idempotency_key text,
  -- SHA-256 of the key: a key may be longer than an index takes.
  key_digest text,
  traceparent text,
  reply_to text,
  message_group text,
  progress json,
  result json,
  reason text,
  error json,
  dead_letter_sent_at timestamptz,
  parent_run_id uuid,
  sent_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  started_at timestamptz,
  ended_at timestamptz
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX run_key ON run (task, key_digest) WHERE key_digest IS NOT NULL;
CREATE INDEX run_parent ON run (parent_run_id) WHERE parent_run_id IS NOT NULL;

-- One try at a run. Its number is the token of its lease.
CREATE TABLE run_attempt (
  run_id uuid NOT NULL REFERENCES run ON DELETE CASCADE,
  number integer NOT NULL,
  worker text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  outcome text CHECK (outcome IN ('done', 'failed', 'dead', 'handed-back', 'vanished', 'cancelled')),
  error json,
  PRIMARY KEY (run_id, number)
);

-- Ids under which SQS delivered a run while it was not ended: those of a dead run are given up.
CREATE TABLE run_message (
  run_id uuid NOT NULL REFERENCES run ON DELETE CASCADE,
  sqs_message_id text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (run_id, sqs_message_id)
);

-- A message that came with the idempotency key of another: its run is that one's.
CREATE TABLE run_alias (
  alias_run_id uuid PRIMARY KEY,
  run_id uuid NOT NULL REFERENCES run ON DELETE CASCADE
);

-- Children of a run and what is sent when all have ended. Not part of the run's row: leases are renewed many rows at
-- a time, and a child that settles must not wait for its parent's lease.
CREATE TABLE run_family (
  parent_run_id uuid PRIMARY KEY REFERENCES run ON DELETE CASCADE,
  waiting integer NOT NULL DEFAULT 0,
  done integer NOT NULL DEFAULT 0,
  dead integer NOT NULL DEFAULT 0,
  cancelled integer NOT NULL DEFAULT 0,
  follow_up_task text,
  follow_up_input json,
  follow_up_sent_at timestamptz
);

-- Every change of a child's state, whoever makes it, is counted here and nowhere else.
CREATE FUNCTION count_child() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE run_family SET
    waiting = waiting + (NEW.state IN ('open', 'running'))::int - (OLD.state IN ('open', 'running'))::int,
    done = done + (NEW.state = 'done')::int - (OLD.state = 'done')::int,
    dead = dead + (NEW.state = 'dead')::int - (OLD.state = 'dead')::int,
    cancelled = cancelled + (NEW.state = 'cancelled')::int - (OLD.state = 'cancelled')::int
  WHERE parent_run_id = NEW.parent_run_id;
  RETURN NULL;
END $$;
CREATE TRIGGER count_child AFTER UPDATE OF state ON run FOR EACH ROW
  WHEN (
    NEW.parent_run_id IS NOT NULL AND OLD.state <> NEW.state
    AND NOT (OLD.state IN ('open', 'running') AND NEW.state IN ('open', 'running'))
  )
  EXECUTE FUNCTION count_child();
