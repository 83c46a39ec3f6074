ALTER TABLE mediations DROP COLUMN undisputed_facts;
