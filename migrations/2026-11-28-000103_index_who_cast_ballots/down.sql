DROP INDEX vote_ballots_by_caster;
