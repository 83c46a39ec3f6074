DROP FUNCTION council_meets;
