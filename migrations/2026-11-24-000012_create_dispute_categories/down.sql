DROP TABLE dispute_categories;
DROP TRIGGER calendar_years_jurisdiction_active ON calendar_years;
