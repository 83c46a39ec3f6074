mod organizations;
mod owners_committees;
mod property_contracts;
