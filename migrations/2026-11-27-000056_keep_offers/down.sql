ALTER TABLE mediations DROP COLUMN offers;
