DROP FUNCTION council_has_meeting;
