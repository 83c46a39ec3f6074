ALTER TABLE disputes VALIDATE CONSTRAINT disputes_status_known;
