-- The cell with a leading ' if a spreadsheet would run it as a formula; signed numbers stay as they are. A look at the
-- first character (tab, CR, +, -, =, @) spares nearly every cell the rest.
CREATE FUNCTION defused(cell text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
  WHEN ascii(cell) NOT IN (9, 13, 43, 45, 61, 64) THEN cell
  WHEN cell ~ '^[+-](([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?|\.[0-9]+)$' THEN cell
  ELSE '''' || cell
END;

-- Reports read the whole register: nothing in these keeps Postgres from sharing that among its processes.
ALTER FUNCTION gas_cert_expiry_date(date) PARALLEL SAFE;
ALTER FUNCTION gas_status(property, date) PARALLEL SAFE;
ALTER FUNCTION electrical_status(property, date) PARALLEL SAFE;
ALTER FUNCTION epc_status(property, date) PARALLEL SAFE;

-- What became of each file that was handed in for the register, written in the commit that completes its run.
CREATE TABLE upload (
  run_id uuid PRIMARY KEY,
  landlord_id text COLLATE "C" NOT NULL,
  bucket text NOT NULL,
  key text COLLATE "C" NOT NULL,
  version_id text COLLATE "C",
  size_bytes bigint NOT NULL,
  -- When its message was sent, which is when it was found clean.
  sent_at timestamptz NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('loaded', 'rejected')),
  -- Why nothing of it was loaded.
  reason text,
  rows_loaded integer NOT NULL,
  rows_rejected integer NOT NULL,
  -- What is wrong with the rejected rows, the most frequent first.
  problems text[] NOT NULL,
  error_report_key text,
  ended_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX upload_by_time ON upload (sent_at);
CREATE INDEX upload_by_file ON upload (key, version_id, bucket);
CREATE INDEX intake_by_time ON intake (created_at);
