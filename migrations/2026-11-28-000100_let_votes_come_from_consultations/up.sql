-- True for a consultation of a place or above that everybody may read.
CREATE FUNCTION is_consultation_for(consultation uuid, place text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM consultations WHERE id = consultation AND starts_with(place, jurisdiction) AND status NOT IN ('draft', 'discarded'))
$$;
