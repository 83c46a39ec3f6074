-- Which database of the cluster it is: a dump that is loaded beside the one it was taken from is another one too.
ALTER TABLE database_identity ADD COLUMN database_oid bigint;
