CREATE UNIQUE INDEX organizations_name_unique ON organizations (jurisdiction, kind, name) WHERE status = 'active';
