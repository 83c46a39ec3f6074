DROP TABLE dispute_events;
DROP TABLE dispute_parties;
DROP TABLE disputes;
DROP SEQUENCE dispute_numbers;
