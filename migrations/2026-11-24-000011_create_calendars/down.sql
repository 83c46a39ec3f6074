DELETE FROM rules WHERE name LIKE 'dispute\_%';
DELETE FROM rule_names WHERE name LIKE 'dispute\_%';
DROP TABLE calendar_years;
