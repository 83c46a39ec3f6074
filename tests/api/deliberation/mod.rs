mod council_meetings;
mod councils;
mod minutes;
