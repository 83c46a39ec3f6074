mod grid_units;
mod responsibilities;
