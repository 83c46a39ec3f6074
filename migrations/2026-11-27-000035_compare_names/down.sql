DROP FUNCTION name_key;
