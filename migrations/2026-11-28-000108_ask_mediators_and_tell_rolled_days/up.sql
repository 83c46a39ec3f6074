-- What a mediator has told of how they stand to a case, and the rest days from which the due days of a contract have moved.
ALTER TABLE mediations ADD COLUMN conflicts jsonb NOT NULL DEFAULT '[]';
ALTER TABLE property_contracts ADD COLUMN rolled_from jsonb NOT NULL DEFAULT '{}';
