ALTER TABLE estates DROP CONSTRAINT estates_name_unique;
