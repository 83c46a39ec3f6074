mod grid_records;
mod grid_units;
mod responsibilities;
