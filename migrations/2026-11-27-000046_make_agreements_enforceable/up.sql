-- By what an agreement can be enforced: a ruling, a notary's deed or an award.
ALTER TABLE agreements ADD COLUMN enforcement json NOT NULL DEFAULT '{"route":null,"enforceable_on":null,"body":null,"document_number":null,"applied_on":null,"court":null,"case_number":null}';
INSERT INTO rule_names (name, default_value, lowest, highest, legal_basis) VALUES
    ('confirmation_docketing_days', 7, 1, 60, '参照民事诉讼法（2023年修正）第一百二十六条');
