-- Rules whose value is a text, and the numbers that people write on paper: counted by jurisdiction, kind, pattern and year.
ALTER TABLE rule_names ADD COLUMN default_text text;
ALTER TABLE rules ALTER COLUMN value DROP NOT NULL, ADD COLUMN text text,
    ADD CONSTRAINT rules_value_or_text CHECK (num_nonnulls(value, text) = 1 AND char_length(text) <= 40) NOT VALID;

INSERT INTO rule_names (name, default_value, lowest, highest, legal_basis, default_text) VALUES
    ('dispute_number_pattern', 0, 0, 0, '文号格式，由各地规定', 'D{code}-{year}-{number:6}'),
    ('mediation_number_pattern', 0, 0, 0, '文号格式，由各地规定', 'M{code}-{year}-{number:6}'),
    ('agreement_number_pattern', 0, 0, 0, '文号格式，由各地规定', 'A{code}-{year}-{number:6}'),
    ('certificate_number_pattern', 0, 0, 0, '文号格式，由各地规定', 'C{code}-{year}-{number:6}');

CREATE TABLE number_series (
    jurisdiction text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    pattern text NOT NULL,
    year integer NOT NULL,
    latest bigint NOT NULL,
    CONSTRAINT number_series_pkey PRIMARY KEY (jurisdiction, kind, pattern, year)
) WITH (fillfactor = 50);
