DROP INDEX duties_by_vote;
