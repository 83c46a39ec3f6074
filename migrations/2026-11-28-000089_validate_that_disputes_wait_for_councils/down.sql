-- What was validated goes with its constraint.
SELECT 1;
