mod clocks;
mod complaints;
mod handling;
mod life;
mod parties;
mod rights;
mod timed;
