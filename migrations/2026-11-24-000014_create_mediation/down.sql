DELETE FROM rules WHERE name ~ '^(mediation|mediator|agreement|confirmation)_';
DELETE FROM rule_names WHERE name ~ '^(mediation|mediator|agreement|confirmation)_';
DROP TABLE agreements;
DROP SEQUENCE agreement_numbers;
DROP TABLE caucus_notes;
DROP TABLE mediation_sessions;
DROP TABLE mediations;
DROP SEQUENCE mediation_numbers;
DROP TABLE mediators;
