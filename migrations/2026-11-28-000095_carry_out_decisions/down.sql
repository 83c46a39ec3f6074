DROP TABLE vote_checks;
DROP TABLE vote_effects;
