ALTER TABLE estates ADD CONSTRAINT estates_name_unique UNIQUE (community_code, name);
