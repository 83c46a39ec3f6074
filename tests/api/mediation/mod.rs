mod cases;
mod parties;
