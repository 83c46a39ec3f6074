-- What was counted does not change, past every program.
CREATE FUNCTION refuse_change_of_counted_vote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was counted does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'owner_votes_counted_is_fixed';
END $$;
CREATE TRIGGER owner_votes_counted_is_fixed BEFORE UPDATE ON owner_votes FOR EACH ROW
    WHEN (OLD.counted_at IS NOT NULL AND (OLD.result::text IS DISTINCT FROM NEW.result::text OR OLD.counted_at IS DISTINCT FROM NEW.counted_at))
    EXECUTE FUNCTION refuse_change_of_counted_vote();
