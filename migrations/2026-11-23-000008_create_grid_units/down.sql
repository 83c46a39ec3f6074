DROP FUNCTION organization_ties;
DROP FUNCTION grid_begins_on;
DROP TABLE grid_enrollments;
DROP TABLE grid_unit_periods;
DROP TABLE grid_units;
