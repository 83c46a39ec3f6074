CREATE OR REPLACE FUNCTION refuse_change_of_ballot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- While papers are entered a ballot is set aside; one whose paper was wrong is voided, and the one counts again of which it had
    -- taken the place.
    IF TG_OP = 'UPDATE' AND (OLD.id, OLD.vote_id, OLD.head, OLD.revision, OLD.channel, OLD.sealed, OLD.receipt, OLD.cast_at, OLD.put_at, OLD.letters)
        IS NOT DISTINCT FROM (NEW.id, NEW.vote_id, NEW.head, NEW.revision, NEW.channel, NEW.sealed, NEW.receipt, NEW.cast_at, NEW.put_at, NEW.letters)
        AND (OLD.counts AND NOT NEW.counts OR NEW.set_aside = 'voided'
            OR NOT OLD.counts AND NEW.counts AND OLD.set_aside IN ('replaced', 'own_ballot', 'first_counts'))
        AND EXISTS (SELECT FROM owner_votes WHERE id = OLD.vote_id AND status IN ('voting', 'counting')) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a ballot does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_ballots_fixed';
END $$;
ALTER TABLE vote_ballots DROP COLUMN cast_by;
DELETE FROM vote_powers WHERE NOT holds;
ALTER TABLE vote_powers DROP COLUMN recorded_by, DROP COLUMN holds;
ALTER TABLE vote_heads DROP COLUMN completed_by;
