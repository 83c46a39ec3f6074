DELETE FROM rules WHERE name LIKE 'dispute_hotline_%' OR name LIKE 'dispute_petition_%';
DELETE FROM rule_names WHERE name LIKE 'dispute_hotline_%' OR name LIKE 'dispute_petition_%';
