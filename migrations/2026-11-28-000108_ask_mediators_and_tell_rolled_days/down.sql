ALTER TABLE property_contracts DROP COLUMN rolled_from;
ALTER TABLE mediations DROP COLUMN conflicts;
