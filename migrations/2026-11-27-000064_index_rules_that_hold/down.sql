DROP INDEX rules_holding_unique;
