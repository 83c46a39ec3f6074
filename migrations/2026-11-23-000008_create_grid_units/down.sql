DROP TABLE grid_enrollments;
DROP TABLE grid_unit_periods;
DROP TABLE grid_units;
