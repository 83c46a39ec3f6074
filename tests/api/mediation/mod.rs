mod cases;
mod helpers;
mod parties;
