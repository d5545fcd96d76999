-- On Aurora the web application logs in as this role, with a token of IAM and never with a password. Elsewhere there is
-- no rds_iam, and a login of the owner's becomes a member of it.
DO $$
BEGIN
  IF to_regrole('rds_iam') IS NOT NULL AND to_regrole('slackwater_webapp') IS NOT NULL THEN
    ALTER ROLE slackwater_webapp LOGIN;
    GRANT rds_iam TO slackwater_webapp;
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN NULL;
END $$;
