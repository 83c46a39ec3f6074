DELETE FROM rules WHERE name = 'confirmation_docketing_days';
DELETE FROM rule_names WHERE name = 'confirmation_docketing_days';
ALTER TABLE agreements DROP COLUMN enforcement;
