-- What the parties of a mediation offer one another.
ALTER TABLE mediations ADD COLUMN offers jsonb NOT NULL DEFAULT '[]';
