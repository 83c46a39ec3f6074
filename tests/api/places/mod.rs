mod divisions;
mod jurisdictions;
