DROP TABLE rules;
DROP TABLE rule_names;
