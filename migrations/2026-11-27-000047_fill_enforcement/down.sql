-- What was filled is understood as it is.
SELECT 1;
