-- What happened to each version of an uploaded file.
CREATE TABLE intake (
  bucket text NOT NULL,
  key text COLLATE "C" NOT NULL,
  version_id text COLLATE "C" NOT NULL,
  e_tag text NOT NULL,
  -- Null while the scan is being repeated.
  verdict text CHECK (verdict IN ('clean', 'infected', 'refused')),
  reason text,
  threats text[] NOT NULL DEFAULT '{}',
  -- Runs that asked for another scan: each counts once, however often it is attempted.
  rescan_run_ids uuid[] NOT NULL DEFAULT '{}',
  clean_bucket text,
  clean_version_id text,
  uploaded_by text,
  follow_on_task text,
  follow_on_input json,
  follow_on_run_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (key, version_id, bucket)
);
