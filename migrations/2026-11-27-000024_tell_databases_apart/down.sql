DROP FUNCTION database_history();
DROP TABLE database_identity;
