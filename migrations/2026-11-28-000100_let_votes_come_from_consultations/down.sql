DROP FUNCTION is_consultation_for;
