-- What is granted to a seat that asks for a meeting is a meeting that is to come.
CREATE FUNCTION council_has_meeting(council uuid, meeting uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM council_meetings WHERE id = meeting AND council_id = council AND status IN ('planned', 'notified', 'adjourned', 'open'))
$$;
