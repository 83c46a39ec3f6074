mod merges;
mod results;
mod sessions;
