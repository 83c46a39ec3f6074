ALTER TABLE agreements DROP COLUMN level;
ALTER TABLE mediation_sessions DROP COLUMN level;
ALTER TABLE mediations DROP COLUMN level;
