ALTER TABLE property_contracts ADD COLUMN restoration_reason text, ADD COLUMN notice_late boolean,
    ADD CONSTRAINT property_contracts_restoration_length CHECK (char_length(restoration_reason) BETWEEN 1 AND 1000) NOT VALID;
