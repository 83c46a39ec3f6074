DROP TRIGGER owner_votes_counted_is_fixed ON owner_votes;
DROP FUNCTION refuse_change_of_counted_vote();
