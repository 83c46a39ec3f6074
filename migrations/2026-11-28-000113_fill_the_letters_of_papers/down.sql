-- What was filled goes with its columns.
SELECT 1;
