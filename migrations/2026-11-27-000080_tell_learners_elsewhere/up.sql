-- The first learners of a session who take part in another course at a time to which the session would move.
CREATE FUNCTION learners_elsewhere_then(session uuid, since timestamptz, until timestamptz) RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(learner_id), '{}') FROM (
        SELECT DISTINCT one.learner_id
        FROM training_enrollments AS one
        JOIN training_enrollments AS other
            ON other.learner_id = one.learner_id AND other.session_id <> one.session_id AND other.training_id <> one.training_id
        JOIN training_sessions AS held ON held.id = other.session_id
        WHERE one.session_id = session AND one.settled_at IS NULL AND one.status NOT IN ('cancelled', 'excused')
            AND other.settled_at IS NULL AND other.status NOT IN ('cancelled', 'excused')
            AND held.starts_at < until AND held.ends_at > since AND held.status <> 'cancelled'
        ORDER BY one.learner_id
        LIMIT 100
    ) AS found
$$;
