mod council_meetings;
mod councils;
mod duties;
mod minutes;
