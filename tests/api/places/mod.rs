mod divisions;
mod estate_units;
mod jurisdictions;
