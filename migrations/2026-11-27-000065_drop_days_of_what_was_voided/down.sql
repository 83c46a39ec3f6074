ALTER INDEX rules_day_unique RENAME TO rules_holding_unique;
ALTER INDEX dispute_categories_day_unique RENAME TO dispute_categories_holding_unique;
ALTER INDEX calendar_years_year_unique RENAME TO calendar_years_holding_unique;
-- What was voided cannot stand beside what took its place.
DELETE FROM dispute_categories WHERE voided_on IS NOT NULL;
DELETE FROM rules WHERE voided_on IS NOT NULL;
DELETE FROM calendar_years WHERE voided_on IS NOT NULL;
ALTER TABLE dispute_categories ADD CONSTRAINT dispute_categories_day_unique UNIQUE (jurisdiction, code, valid_from);
ALTER TABLE calendar_years ADD CONSTRAINT calendar_years_year_unique UNIQUE (jurisdiction, year);
ALTER TABLE rules ADD CONSTRAINT rules_day_unique UNIQUE (jurisdiction, name, valid_from);
