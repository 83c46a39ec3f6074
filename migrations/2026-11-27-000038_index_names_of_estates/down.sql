DROP INDEX estates_name_key_unique;
