-- What was validated goes with its constraints.
SELECT 1;
