ALTER TABLE rules VALIDATE CONSTRAINT rules_value_or_text;
