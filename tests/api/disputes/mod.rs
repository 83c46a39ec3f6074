mod clocks;
mod complaints;
mod handling;
mod life;
mod linking;
mod parties;
mod rights;
mod timed;
