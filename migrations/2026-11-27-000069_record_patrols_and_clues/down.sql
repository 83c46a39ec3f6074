ALTER TABLE grid_unit_periods DROP COLUMN party_members, DROP COLUMN worker_full_time;
DROP TABLE grid_records;
