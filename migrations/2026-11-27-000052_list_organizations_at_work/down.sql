DROP VIEW organizations_at_work;
