-- What each rate-limited task has used of its present window. The table is that of rate-limiter-flexible, which reads and
-- writes it; a window may end at a fraction of a millisecond.
CREATE TABLE rate_limit (
  key varchar(255) PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  -- Milliseconds since 1970, by the clocks of the workers.
  expire double precision
) WITH (fillfactor = 50);
