DROP TABLE council_meetings;
DROP TABLE councils;
DELETE FROM rules WHERE name LIKE 'council\_%';
DELETE FROM rule_names WHERE name LIKE 'council\_%';
