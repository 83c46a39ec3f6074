mod clocks;
mod handling;
mod life;
mod rights;
mod timed;
