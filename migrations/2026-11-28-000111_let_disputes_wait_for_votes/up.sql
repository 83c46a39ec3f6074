-- A vote of owners takes longer than what disputes were suspended for until now.
INSERT INTO rule_names (name, default_value, lowest, highest, legal_basis) VALUES
    ('owner_vote_suspension_days', 90, 1, 180, '等待业主共同决定期间中止办理，由各地规定');

-- True for a dispute of a place that is neither confidential nor over.
CREATE FUNCTION is_dispute_for(dispute uuid, place text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM disputes WHERE id = dispute AND starts_with(jurisdiction, place) AND NOT confidential
        AND status NOT IN ('closed', 'rejected', 'withdrawn', 'referred_out'))
$$;
