DROP TABLE estate_units;
