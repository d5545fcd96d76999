-- When the outcome was sent to the queue that this message named. A message that comes again after that is acknowledged
-- without another reply.
ALTER TABLE run_message ADD COLUMN replied_at timestamptz;
