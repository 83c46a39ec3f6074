mod consultations;
mod council_meetings;
mod councils;
mod disputes;
mod duties;
mod minutes;
mod owner_votes;
