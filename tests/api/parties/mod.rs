mod organizations;
mod owners_committees;
