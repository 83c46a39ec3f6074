mod results;
mod sessions;
