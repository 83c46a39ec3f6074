-- Each half of a code is printed by another person, and a power from a paper recorded by two. Who delivered a letter is not asked any more;
-- that column goes once no program of before writes it. Who cast a ballot is kept, so that nobody votes for many one after the other.
ALTER TABLE vote_heads ADD COLUMN completed_by text;
ALTER TABLE vote_powers ADD COLUMN recorded_by text, ADD COLUMN holds boolean NOT NULL DEFAULT true;
ALTER TABLE vote_ballots ADD COLUMN cast_by text;

CREATE OR REPLACE FUNCTION refuse_change_of_ballot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- While papers are entered a ballot is set aside; one whose paper was wrong is voided, and the one counts again of which it had
    -- taken the place.
    IF TG_OP = 'UPDATE' AND (OLD.id, OLD.vote_id, OLD.head, OLD.revision, OLD.channel, OLD.sealed, OLD.receipt, OLD.cast_at, OLD.put_at, OLD.letters, OLD.cast_by)
        IS NOT DISTINCT FROM (NEW.id, NEW.vote_id, NEW.head, NEW.revision, NEW.channel, NEW.sealed, NEW.receipt, NEW.cast_at, NEW.put_at, NEW.letters, NEW.cast_by)
        AND (OLD.counts AND NOT NEW.counts OR NEW.set_aside = 'voided'
            OR NOT OLD.counts AND NEW.counts AND OLD.set_aside IN ('replaced', 'own_ballot', 'first_counts'))
        AND EXISTS (SELECT FROM owner_votes WHERE id = OLD.vote_id AND status IN ('voting', 'counting')) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a ballot does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_ballots_fixed';
END $$;
