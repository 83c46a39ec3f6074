DROP TABLE number_series;
DELETE FROM rules WHERE value IS NULL;
DELETE FROM rule_names WHERE default_text IS NOT NULL;
ALTER TABLE rules DROP COLUMN text, ALTER COLUMN value SET NOT NULL;
ALTER TABLE rule_names DROP COLUMN default_text;
