DELETE FROM rules WHERE name = 'consultation_days';
DELETE FROM rule_names WHERE name = 'consultation_days';
DROP TABLE opinions;
DROP TABLE consultations;
