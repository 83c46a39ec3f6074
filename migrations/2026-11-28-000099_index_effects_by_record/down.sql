DROP INDEX vote_effects_by_record;
