DROP FUNCTION unfinished_duties;
DROP TABLE duties;
