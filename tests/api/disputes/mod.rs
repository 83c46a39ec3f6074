mod clocks;
mod complaints;
mod handling;
mod life;
mod rights;
mod timed;
