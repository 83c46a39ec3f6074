-- What no party disputes when they do not agree, signed by all of them.
ALTER TABLE mediations
    ADD COLUMN undisputed_facts text,
    ADD CONSTRAINT mediations_undisputed_facts_length CHECK (char_length(undisputed_facts) BETWEEN 1 AND 5000) NOT VALID;
