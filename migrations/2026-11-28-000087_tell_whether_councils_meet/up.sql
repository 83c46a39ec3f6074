-- A council is dissolved once its meetings are over.
CREATE FUNCTION council_meets(council uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM council_meetings WHERE council_id = council AND status NOT IN ('published', 'cancelled'))
$$;
